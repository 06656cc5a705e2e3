"""What the database has, and the statements that drop it and make it again. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ....supabase.tables.grants import Grant
from ..policies.statements import set_grants
from .statements import literal, or_replace

TEMPORARY = re.compile(r'pg_temp(?:_\d+)?\."declared \d+(?: rows)?"')
"""What is made on trial, as Postgres names it."""

FIRES = {"A": "enable always", "R": "enable replica", "D": "disable", "": "enable"}
"""What is said of a trigger, by the option that it has."""

TRUE, FALSE = ("on", "yes", "1"), ("false", "off", "no", "0")


@dataclass(frozen=True)
class Found:
    """A view, a function or a trigger; or what hangs on one, by its statements alone."""

    oid: int
    kind: str
    name: str
    """As SQL; of a trigger with its table."""
    place: str
    """What stands for it in its definition; of a trigger its table."""
    definition: str
    shape: tuple[str | None, ...] = ()
    """What `or replace` must leave as it is."""
    options: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    index_names: tuple[str, ...] = ()
    populated: bool = True
    droppable: bool = True
    comment: str | None = None
    grants: frozenset[Grant] = frozenset()
    dropped_by: str | None = None

    @property
    def is_relation(self) -> bool:
        """Whether it is a view of either kind."""
        return self.kind in {"view", "materialized view"}

    @property
    def usual_options(self) -> frozenset[str]:
        """Those of its options that change anything."""
        return frozenset(filter(None, map(_usual, self.options)))

    def as_if(self, place: str) -> "Found":
        """Return what was made on trial as it would be in this *place*."""
        definition, *indexes = (
            TEMPORARY.sub(lambda _: place, text) for text in (self.definition, *self.indexes)
        )
        return replace(self, definition=definition, indexes=tuple(indexes))


def drop(found: Found) -> str:
    """Return the statement that takes it away, or silences it where that is all we may."""
    if found.kind == "trigger" and not found.droppable:
        return or_replace(silenced(found.definition))
    return found.dropped_by or f"drop {found.kind} {found.name}"


def make(found: Found) -> str:
    """Return the statement that makes it as it is."""
    if found.kind == "trigger" and not found.droppable:
        return or_replace(found.definition)
    if not found.is_relation:
        return found.definition
    options = f" with ({', '.join(found.options)})" if found.options else ""
    empty = "" if found.populated else "\nwith no data"
    return f"create {found.kind} {found.name}{options} as\n{found.definition.strip()}{empty}"


def make_whole(found: Found, roles: Iterable[str]) -> list[str]:
    """Return the statements that make it with all that goes when it is dropped."""
    grants = grant(found.kind, found.name, found.grants, roles)
    return [make(found), *found.indexes, *grants, *rest(found)]


def make_in_place(found: Found) -> list[str]:
    """Return the statements that make it as it is where another has its name."""
    return [or_replace(make(found)), *(fires(found) if found.options else ())]


def rest(found: Found) -> list[str]:
    """Return the statements for what no declaration says."""
    fired = fires(found) if found.options else []
    return [*comment_on(found.kind, found.name, found.comment), *fired]


def comment_on(kind: str, name: str, comment: str | None) -> list[str]:
    """Return the statement that gives something its *comment*, if it has one."""
    return [] if comment is None else [f"comment on {kind} {name} is {literal(comment)}"]


def fires(found: Found, option: str | None = None) -> list[str]:
    """Return the statement that lets a trigger fire as it does, or as *option* says."""
    if found.kind != "trigger":
        return []
    said = FIRES[option if option is not None else "".join(found.options)]
    trigger = found.name.removesuffix(f" on {found.place}")
    return [f"alter table {found.place} {said} trigger {trigger}"]


SILENT, CALLS = "WHEN (false)", " EXECUTE FUNCTION "


def silenced(definition: str) -> str:
    """Return a trigger, as Postgres writes it, that never fires."""
    head, calls, function = definition.partition(CALLS)
    return f"{head.partition(' WHEN (')[0]} {SILENT}{calls}{function}"


def is_silent(found: Found) -> bool:
    """Whether it is a trigger on a table of Supabase's that a migration has silenced."""
    return found.kind == "trigger" and not found.droppable and SILENT in found.definition


GRANTED = {"view": "table", "materialized view": "table", "function": "function"}
"""What a GRANT calls each."""


def grant(kind: str, name: str, grants: Iterable[Grant], roles: Iterable[str]) -> list[str]:
    """Return the statements that leave *roles* with exactly *grants*."""
    named = {*roles, *(each.role for each in grants)}
    word = GRANTED.get(kind)
    return set_grants(f"{word} {name}", grants, named) if word else []


def _usual(option: str) -> str | None:
    name, _, value = option.partition("=")
    if value.lower() in FALSE:
        return None
    return f"{name}=true" if value.lower() in TRUE else option.lower()
