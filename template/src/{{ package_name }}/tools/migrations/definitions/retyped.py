"""Columns of another type: how what they hold becomes it, and what is not there meanwhile.

Postgres turns one type into another by itself only where it would do so for a new row. And it reads
a default, a condition and a key anew where they stay, in words that the old type gave them.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from alembic.autogenerate import render, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Connection, text

from .change import Remark, write_remark
from .declared import Declared
from .found import Place
from .renames import Renamed

COLLATION = re.compile(r"\sCOLLATE\s.*$", re.DOTALL)

CASTS = text("""
    with said as (
        select number, side, typcategory, coalesce(nullif(typbasetype, 0), pg_type.oid) as oid
        from unnest(cast(:numbers as int[]), cast(:was as text[]), cast(:now as text[]))
            as columns (number, was, now)
        cross join lateral (values ('was', to_regtype(was)), ('now', to_regtype(now)))
            as sides (side, type)
        join pg_type on pg_type.oid = type
    ), types as (
        select number, side, typcategory,
               case when typcategory = 'A' then (select typelem from pg_type where pg_type.oid =
                   said.oid) else said.oid end as oid
        from said
    )
    select number, was.oid = now.oid and was.typcategory = now.typcategory,
           was.typcategory = 'S' or now.typcategory = 'S' or exists (
               select from pg_cast where is_one and castsource = was.oid and casttarget = now.oid
           ),
           was.typcategory = 'S' or now.typcategory = 'S' or exists (
               select from pg_cast where is_one and castsource = now.oid and casttarget = was.oid
           ),
           now.typcategory = 'S' or exists (
               select from pg_cast where is_one and castsource = was.oid and casttarget = now.oid
               and castcontext in ('a', 'i')
           ),
           was.typcategory = 'S' or exists (
               select from pg_cast where is_one and castsource = now.oid and casttarget = was.oid
               and castcontext in ('a', 'i')
           )
    from types as was join types as now using (number)
    cross join lateral (
        -- Of an array, it is the type in it.
        select (was.typcategory = 'A') = (now.typcategory = 'A') as is_one
    ) as alike
    where was.side = 'was' and now.side = 'now'
""")
"""What Postgres can do with types that are there: a new one of ours, it can only read as text."""

COUNTS = {"smallint", "integer", "bigint"}
"""A key from one of them to another holds."""

STOPS = "Rows whose {} cannot be read as {} would stop this."


class _Casts(NamedTuple):
    """Of the type that was and the one that comes."""

    is_same: bool = False
    """But for a length or a precision."""
    is_direct: bool = False
    is_direct_back: bool = False
    """Whether there is a cast, or both can be read as text."""
    there: bool = False
    back: bool = False
    """Whether Postgres does it by itself."""


class RetypedColumn(ops.AlterColumnOp):
    """What Alembic does with a column, and by which expression; a downgrade has one of its own."""


@renderers.dispatch_for(RetypedColumn)
def write(context: AutogenContext, operation: RetypedColumn) -> list[str]:
    """Write it as Alembic does, which leaves out the expression."""
    # What Alembic writes it with has no public name.
    line: str = vars(render)["_alter_column"](context, operation)
    using: tuple[str, str] | None = operation.kw.get("modify_using")
    if using is None:
        return [line]
    column, type_ = using
    said = f"{column}::{type_}"
    remark = STOPS.format(column.removesuffix("::text"), type_)
    return [
        *write_remark(Remark(remark)),
        f"{line.removesuffix(')')},\n           postgresql_using={said!r})",
    ]


class Retyped:
    """The columns that get another type, and whether something has to be out of their way."""

    def __init__(
        self,
        declared: Declared,
        upgrade: ops.UpgradeOps,
        connection: Connection,
        renamed: Renamed,
    ) -> None:
        self.declared = declared
        self.renamed = renamed
        self._casts: dict[Place, dict[str, _Casts]] = {}
        self._was: dict[tuple[Place, str], str] = {}
        self._now: dict[tuple[Place, str], str] = {}
        every = [*_retyping(upgrade)]
        if every:
            self._read(every, connection)
            for operation in upgrade.ops:
                if isinstance(operation, ops.ModifyTableOps):
                    operation.ops[:] = [self._with_expression(each) for each in operation.ops]

    def old_name(self, place: Place, column: str) -> str:
        """Return what *column* is called before it gets a new name."""
        return self.renamed.get(place, {}).get(column, column)

    def is_another(self, place: Place, column: str) -> bool:
        """Whether *column* gets another type, not only another length."""
        found = self._casts.get(place, {}).get(column)
        return found is not None and not found.is_same

    def is_computed_from(self, place: Place, expression: str | None) -> bool:
        """Whether *expression* reads a column that gets another type or length."""
        return any(_mentions(expression, each) for each in self._casts.get(place, {}))

    def is_read_by(self, place: Place, expression: str | None) -> bool:
        """Whether *expression* may mean nothing for the new type of a column."""
        return any(
            not (each.is_same or (each.there and each.back)) and _mentions(expression, column)
            for column, each in self._casts.get(place, {}).items()
        )

    def counts_on(self, place: Place, column: str) -> bool:
        """Whether *column* may count as before: its type is the same, or another whole number."""
        if not self.is_another(place, column):
            return True
        return {self._was[place, column], self._now[place, column]} <= COUNTS

    def is_keyed(self, place: Place, columns: list[str] | None) -> bool:
        """Whether a foreign key with these *columns* cannot stay."""
        return not all(self.counts_on(place, each) for each in columns or ())

    def _read(self, every: list[ops.AlterColumnOp], connection: Connection) -> None:
        found = self.declared.found
        places = [(self.declared.place_of(each), each.column_name) for each in every]
        was = [found[place].columns[column].type for place, column in places]
        now = [self._type(each.modify_type) for each in every]
        self._was = dict(zip(places, was, strict=True))
        self._now = {
            place: self.declared.type(each.modify_type)
            for place, each in zip(places, every, strict=True)
        }
        asked = {"numbers": [*range(len(every))], "was": was, "now": now}
        told = {number: _Casts(*rest) for number, *rest in connection.execute(CASTS, asked)}
        for number, (place, column) in enumerate(places):
            # A type that is not there yet, everything becomes as its text.
            casts = told.get(number, _Casts())
            for name in (column, old := self.old_name(place, column)):
                self._casts.setdefault(place, {})[name] = casts
            self._was[place, old] = self._was[place, column]
            self._now[place, old] = self._now[place, column]

    def _type(self, type_: Any) -> str:
        return COLLATION.sub("", type_.compile(dialect=self.declared.dialect))

    def _with_expression(self, operation: ops.MigrateOperation) -> ops.MigrateOperation:
        if not isinstance(operation, ops.AlterColumnOp) or operation.modify_type is None:
            return operation
        place, column = self.declared.place_of(operation), operation.column_name
        casts = self._casts[place][column]
        if casts.is_same or (casts.there and casts.back):
            return operation
        quoted = self.declared.quote(column)
        read, read_back = (
            quoted if is_direct else f"{quoted}::text"
            for is_direct in (casts.is_direct, casts.is_direct_back)
        )
        made = RetypedColumn(operation.table_name, column)
        vars(made).update(vars(operation))
        to, from_ = self._type(operation.modify_type), self._was[place, column]
        made.kw = {
            **operation.kw,
            "modify_using": None if casts.there else (read, to),
            "existing_using": None if casts.back else (read_back, from_),
        }
        return made


def _retyping(upgrade: ops.UpgradeOps) -> Iterator[ops.AlterColumnOp]:
    for operation in upgrade.ops:
        if isinstance(operation, ops.ModifyTableOps):
            for each in operation.ops:
                if isinstance(each, ops.AlterColumnOp):
                    # Postgres knows none, and Alembic warns of it.
                    each.kw.pop("autoincrement", None)
                    if each.modify_type is not None:
                        yield each


def _mentions(expression: str | None, column: str) -> bool:
    return (
        bool(expression) and re.search(rf"(?<!\w){re.escape(column)}(?!\w)", expression) is not None
    )
