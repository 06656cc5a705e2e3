"""Primary keys, and what of unique constraints and foreign keys Alembic takes for no change.

That is the order of columns, DEFERRABLE, INCLUDE, MATCH, another name of the same, and a second of
the same. What Alembic changes by itself is left to it, but for a unique constraint by another name.
"""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Constraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from .change import Change, RenamedConstraint, Suspect, added
from .declared import Declared, Pair
from .found import FoundConstraint
from .parts import key_parts
from .renames import Renamed
from .retyped import Retyped
from .touched import Touched

KINDS = {
    "p": ("primary key", PrimaryKeyConstraint),
    "u": ("unique constraint", UniqueConstraint),
    "f": ("foreign key", ForeignKeyConstraint),
}
"""As in `pg_constraint`. Foreign keys come last, as they refer to the others."""

QUOTED = re.compile(r'"(?:[^"]|"")*"')
MATCH_FULL = re.compile(r"\) MATCH FULL\b")


def suspects(
    declared: Declared, touched: Touched, renamed: Renamed, retyped: Retyped
) -> Iterator[Suspect]:
    """Yield what differs for sure; Postgres has to be asked of none."""
    for kind in KINDS:
        for pair in declared.pairs:
            yield from _Keys(declared, touched, pair, kind, renamed).suspects(retyped)
    for pair in declared.pairs if touched.dropped else ():
        yield from _to_dropped(declared, touched, pair)


def _to_dropped(declared: Declared, touched: Touched, pair: Pair) -> Iterator[Suspect]:
    """Yield the keys to tables that go, which are not left as those to others without a model."""
    for name, each in pair.found.constraints.items():
        is_to_one = each.kind == "f" and tuple(each.target or ()) in touched.dropped
        if is_to_one and not touched.has(declared.place(pair.table), name):
            quoted = declared.quote(name)
            leaves = added("foreign key", pair.name, quoted, each.definition).reverse()
            yield Suspect(leaves.what, leaves=leaves)


class _Keys:
    """The keys of one kind of one table, without those that Alembic makes or drops."""

    def __init__(
        self, declared: Declared, touched: Touched, pair: Pair, kind: str, renamed: Renamed
    ) -> None:
        self.declared = declared
        self.touched = touched
        self.pair = pair
        self.kind = kind
        self.renamed = renamed
        self.called, self.type = KINDS[kind]
        place = declared.place(pair.table)
        self.wanted = [
            key
            for key in pair.table.constraints
            if isinstance(key, self.type)
            and (kind != "p" or key.columns)
            and declared.is_ours(key, declared.name(key), self.called.replace(" ", "_"))
            and not touched.has_declared(place, key)
        ]
        self.left = {
            name: each
            for name, each in pair.found.constraints.items()
            if each.kind == kind and each.is_local and not touched.has(place, name)
        }

    def suspects(self, retyped: Retyped) -> Iterator[Suspect]:
        """Yield what differs."""
        renamed = self.renamed.get(self.declared.place(self.pair.table), {})
        every = [*self.wanted]
        for key, name, was in [*self._pairs()]:
            is_in_the_way = self.kind == "f" and self._is_in_the_way(was, retyped)
            if is_in_the_way or not _is_same(self.declared, key, was, renamed):
                yield self._changed(key, name, was, is_early=not renamed)
            elif (self.declared.name(key) or name) != name:
                yield self._renamed(key, name)
        # Of others, Alembic said all that there is to say.
        if self.kind != "u":
            yield from map(self._added, self.wanted)
            for name, was in self.left.items():
                shape = found_shape(was)
                is_one = any(self._shape(key) == shape for key in every)
                if self.kind == "p" or is_one:
                    leaves = self._made(name, was.definition).reverse()
                    yield Suspect(leaves.what, leaves=leaves)

    def _is_in_the_way(self, key: FoundConstraint, retyped: Retyped) -> bool:
        """Whether a column of one of its sides gets a type that it cannot have meanwhile."""
        here, there = self.declared.place(self.pair.table), tuple(key.target or ("", ""))
        sides = ((here, key.columns), ((there[0], there[1]), key.target_columns))
        return any(retyped.is_keyed(*side) for side in sides)

    def _pairs(self) -> Iterator[tuple[Constraint, str, FoundConstraint]]:
        """Yield those that both sides have: of one name, or else of one shape."""
        for find in (self.declared.name, self._like):
            for key in [*self.wanted]:
                name = find(key)
                if name is not None and name in self.left:
                    self.wanted.remove(key)
                    yield key, name, self.left.pop(name)

    def _like(self, key: Constraint) -> str | None:
        shape = self._shape(key)
        alike = (name for name, each in self.left.items() if found_shape(each) == shape)
        return next(alike, None)

    def _shape(self, key: Any) -> tuple[object, ...]:
        """Return what makes another key the same by another name. A table has one primary key."""
        if isinstance(key, PrimaryKeyConstraint):
            return ("p",)
        old = self.renamed.get(self.declared.place(self.pair.table), {})
        columns = tuple(old.get(column.name, column.name) for column in key.columns)
        if isinstance(key, UniqueConstraint):
            return "u", frozenset(columns)
        target = [element.column for element in key.elements]
        place = self.declared.place(target[0].table)
        there = self.renamed.get(place, {})
        return "f", columns, place, tuple(there.get(each.name, each.name) for each in target)

    def _made(self, name: str, definition: str) -> Change:
        return added(self.called, self.pair.name, self.declared.quote(name), definition)

    def _added(self, key: Constraint) -> Suspect:
        name = self.declared.name(key) or f"{self.pair.table.name}_pkey"
        comes = self._made(name, self.declared.key(key))
        return Suspect(comes.what, comes=comes, is_early=self.kind == "p")

    def _changed(
        self, key: Constraint, name: str, was: FoundConstraint, *, is_early: bool
    ) -> Suspect:
        old = self._made(name, was.definition)
        new = self._made(self.declared.name(key) or name, self.declared.key(key))
        others = [*self._referring(was)] if self.kind != "f" else []
        hanging = Change(
            new.what,
            tuple(step for each in others for step in each.do),
            tuple(step for each in others for step in each.undo),
            tuple(constraint for each in others for constraint in each.constraints),
        )
        return Suspect(
            new.what,
            leaves=_after(old, hanging).reverse(),
            comes=_after(new, hanging),
            is_early=is_early and self.kind != "f",
        )

    def _referring(self, key: FoundConstraint) -> Iterator[Change]:
        """Yield what adds each foreign key that Postgres would not let *key* go without."""
        for place, table in self.declared.found.items():
            for name, each in table.constraints.items():
                is_one = each.kind == "f" and each.of_index == key.of_index
                if is_one and not self.touched.has(place, name):
                    where, quoted = self.declared.sql_name(place), self.declared.quote(name)
                    yield added("foreign key", where, quoted, each.definition)

    def _renamed(self, key: Constraint, old: str) -> Suspect:
        new = str(self.declared.name(key))
        does = f"alter table {self.pair.name} rename constraint"
        before, after = self.declared.quote(old), self.declared.quote(new)
        change = RenamedConstraint(
            f"{self.called} {after} of {self.pair.name}",
            (f"{does} {before} to {after}",),
            (f"{does} {after} to {before}",),
            place=self.declared.place(self.pair.table),
            old=old,
            new=new,
        )
        return Suspect(change.what, comes=change)


def _after(first: Change, then: Change) -> Change:
    constraints = first.constraints + then.constraints
    return Change(first.what, first.do + then.do, then.undo + first.undo, constraints)


def found_shape(key: FoundConstraint) -> tuple[object, ...]:
    """Return the same of one in the database."""
    if key.kind == "f":
        parts = (key.columns, key.target, key.target_columns)
        return key.kind, *(tuple(part or ()) for part in parts)
    return ("p",) if key.kind == "p" else ("u", frozenset(key_parts(key.definition).columns))


def _is_same(
    declared: Declared, key: Constraint, found: FoundConstraint, renamed: dict[str, str]
) -> bool:
    """Whether both say the same; of foreign keys, whether they say the same to Alembic is known."""
    if isinstance(key, ForeignKeyConstraint):
        is_full = MATCH_FULL.search(QUOTED.sub("", found.definition)) is not None
        return is_full == ((key.match or "").upper() == "FULL")
    now = declared.key(key)
    if now == found.definition and not renamed:
        return True
    said = key_parts(now)
    columns = tuple(renamed.get(each, each) for each in said.columns)
    return said._replace(columns=columns) == key_parts(found.definition)
