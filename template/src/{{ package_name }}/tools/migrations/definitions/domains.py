"""What a domain adds to the type below it; and that it comes with its first column.

Another type below, or another collation, would be another domain: Postgres cannot change it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alembic.operations import ops
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import DOMAIN

from ..expressions import Question
from .change import Change, Remark, Suspect
from .declared import Declared
from .defaults import is_cast, normal
from .found import Place
from .named_types import Gone, columns_gone, declared_types, is_unused, place_of
from .parts import unwrapped

DOMAINS = text("""
    select nspname, typname, format_type(typbasetype, typtypmod),
           case when typcollation <> (select below.typcollation from pg_type as below
                                      where below.oid = made.typbasetype)
                then typcollation::regcollation::text end,
           typnotnull, pg_get_expr(typdefaultbin, 0),
           array(select conname::text from pg_constraint
                 where contypid = made.oid and contype = 'c' order by conname),
           array(select pg_get_expr(conbin, 0) from pg_constraint
                 where contypid = made.oid and contype = 'c' order by conname),
           exists (select from pg_depend
                   where classid = 'pg_type'::regclass and objid = made.oid and deptype = 'e')
    from pg_type as made
    join pg_namespace on pg_namespace.oid = typnamespace
    where typtype = 'd'
""")

VALUE = "(select null::{type} as value offset 0) as of_domain"
"""A row with a value that the planner does not look at."""

SCANS = (
    "Every row of each table that has a column of it is read, and writers wait meanwhile. If one is"
    " large: add this `not valid`, and in a later revision, `alter domain {domain} validate"
    " constraint {name}`."
)
FILL = "Rows without a value in a column of {domain} would stop this."


@dataclass(frozen=True)
class Found:
    """A domain in the database."""

    type: str
    collation: str | None
    is_required: bool
    default: str | None
    names: list[str]
    expressions: list[str]
    is_of_extension: bool

    @property
    def checks(self) -> dict[str, str]:
        """The condition of each check by its name."""
        return dict(zip(self.names, self.expressions, strict=True))


class Domains:
    """The domains of the models, and those that are there."""

    def __init__(self, declared: Declared, connection: Connection, upgrade: ops.UpgradeOps) -> None:
        self.declared = declared
        self.wanted: dict[Place, DOMAIN] = {}
        for _, type_ in declared_types(declared):
            if isinstance(type_, DOMAIN):
                self.wanted.setdefault(place_of(declared, type_), type_)
        gone = list(columns_gone(declared, upgrade))
        self.users: Gone = {column for column, _ in gone}
        held = {place_of(declared, t): None for _, ts in gone for t in ts if isinstance(t, DOMAIN)}
        self.found: dict[Place, Found] = {}
        if self.wanted or held:
            rows = connection.execute(DOMAINS)
            self.found = {(schema, name): Found(*rest) for schema, name, *rest in rows}
        self.gone: list[Place] = []
        # What is made of others goes before them.
        for place in reversed(held):
            found = self.found.get(place)
            is_left = found and not found.is_of_extension and place not in self.wanted
            if is_left and is_unused(connection, place, self.users):
                self.gone.append(place)
                self.users.add((*place, ""))

    def made(self) -> Iterator[Change]:
        """Yield what makes those that are new."""
        for place, domain in self.wanted.items():
            if place not in self.found and domain.create_type:
                name = self.declared.sql_name(place)
                make = self.declared.domain(domain)
                yield Change(f"domain {name}", (make,), (f"drop domain {name}",))

    def dropped(self) -> Iterator[Change]:
        """Yield what drops those that no column is of any more."""
        for place in self.gone:
            name, found = self.declared.sql_name(place), self.found[place]
            words = [f"create domain {name} as {found.type}"]
            words += [f"collate {found.collation}"] if found.collation else []
            words += [f"default {found.default}"] if found.default else []
            words += ["not null"] if found.is_required else []
            for check, condition in found.checks.items():
                words.append(f"constraint {self.declared.quote(check)} {_check(condition)}")
            yield Change(f"domain {name}", (f"drop domain {name}",), (" ".join(words),))

    def suspects(self) -> Iterator[Suspect]:
        """Yield what may differ of those that are on both sides."""
        for place, domain in self.wanted.items():
            found = self.found.get(place)
            if found and domain.create_type and not found.is_of_extension:
                name = self.declared.sql_name(place)
                yield from self._default(name, domain, found)
                if domain.not_null != found.is_required:
                    yield _required(name, is_required=domain.not_null)
                yield from self._checks(name, domain, found)

    def _default(self, name: str, domain: DOMAIN, found: Found) -> Iterator[Suspect]:
        now, was = normal(self.declared.default_of_domain(domain)), normal(found.default)
        if now == was:
            return
        questions: tuple[Question, ...] = ()
        if now is not None and was is not None:
            said = was if is_cast(now, was, found.type) else now
            questions = (Question(found.type, said, was, "default"),)
        what = f"default of domain {name}"
        do, undo = (
            f"alter domain {name} {'drop default' if each is None else f'set default {each}'}"
            for each in (now, was)
        )
        yield Suspect(what, questions, comes=Change(what, (do,), (undo,)))

    def _checks(self, name: str, domain: DOMAIN, found: Found) -> Iterator[Suspect]:
        left = found.checks
        if domain.check is not None:
            now = self.declared.expression(domain.check)
            old = _name_of(domain, left)
            new = _said_name(domain) or old or f"{domain.name}_check"
            was = left.pop(old, None) if old else None
            comes = self._added(name, new, now, is_new=True)
            if was is None:
                yield Suspect(comes.what, comes=comes)
            elif unwrapped(now) != unwrapped(was):
                question = Question(VALUE.format(type=found.type), now, was, "value")
                leaves = self._added(name, new, was).reverse()
                yield Suspect(comes.what, (question,), leaves, comes)
        for old, was in left.items():
            leaves = self._added(name, old, was).reverse()
            yield Suspect(leaves.what, leaves=leaves)

    def _added(self, domain: str, name: str, condition: str, *, is_new: bool = False) -> Change:
        quoted = self.declared.quote(name)
        add = f"alter domain {domain} add constraint {quoted} {_check(condition)}"
        remarks = (Remark(SCANS.format(domain=domain, name=quoted)),) if is_new else ()
        what = f"check {quoted} of domain {domain}"
        return Change(what, (*remarks, add), (f"alter domain {domain} drop constraint {quoted}",))


def _said_name(domain: DOMAIN) -> str | None:
    # SQLAlchemy writes the name before NOT NULL, which gets it.
    return None if domain.not_null else domain.constraint_name


def _name_of(domain: DOMAIN, found: Mapping[str, str]) -> str | None:
    """Return the name that its check has in the database, if it is there."""
    if said := _said_name(domain):
        return said if said in found else None
    usual = f"{domain.name}_check"
    return usual if usual in found else next(iter(found), None)


def _required(name: str, *, is_required: bool) -> Suspect:
    what = f"not null of domain {name}"
    make, take = f"alter domain {name} set not null", f"alter domain {name} drop not null"
    if is_required:
        remark = Remark(FILL.format(domain=name))
        return Suspect(what, comes=Change(what, (remark, make), (take,)))
    return Suspect(what, comes=Change(what, (take,), (make,)))


def _check(condition: str) -> str:
    return f"check ({unwrapped(condition)})"
