"""Triggers, declared beside the functions that they call. Pure: values, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from .functions import DEFAULT_SCHEMA, DeclaredFunction
from .grants import about, refuse_name
from .model import Base

KEY = "triggers"

Moment = Literal["before", "after", "instead of"]
EVENTS = ("insert", "update", "delete", "truncate")


@dataclass(frozen=True)
class DeclaredTrigger:
    """A trigger as a feature declares it."""

    schema: str
    table: str
    name: str
    moment: str
    events: tuple[str, ...]
    function: tuple[str, str]
    """Its schema and its name."""
    columns: tuple[str, ...] = ()
    """Those whose update it follows; without any, all."""
    when: str | None = None
    each: str = "row"
    arguments: tuple[str, ...] = ()
    old_table: str | None = None
    new_table: str | None = None
    constraint: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """The schema and the name of its table, and its own name."""
        return (self.schema, self.table, self.name)


def trigger(  # noqa: PLR0913  # each is one clause of CREATE TRIGGER
    on: type[DeclarativeBase] | Table | str,
    name: str,
    moment: Moment,
    events: str | tuple[str, ...],
    *,
    function: DeclaredFunction | str,
    columns: Sequence[str] = (),
    when: str | None = None,
    each: Literal["row", "statement"] = "row",
    arguments: Sequence[str] = (),
    old_table: str | None = None,
    new_table: str | None = None,
    constraint: Literal["immediate", "deferred"] | None = None,
    metadata: MetaData = Base.metadata,
) -> DeclaredTrigger:
    """Declare a trigger *on* a model, a table, or a name as `"auth.users"`.

    It calls *function* in the *moment* of the *events*, `("insert", "update")`. *columns* are those
    whose update it follows, *when* is a condition in SQL on `old` and `new`. As a *constraint*, a
    transaction can have it wait with `set constraints`; "deferred" waits for the end unless told.

    Raises:
        ValueError: the declaration is wrong.
    """
    schema, table, known = _place(on)
    said = DeclaredTrigger(
        schema,
        table,
        name,
        moment,
        (events,) if isinstance(events, str) else tuple(sorted(events, key=_order)),
        _called(function),
        tuple(columns),
        when,
        each,
        tuple(arguments),
        old_table,
        new_table,
        constraint,
    )
    with about(f"{schema}.{table}: trigger {name!r}"):
        _refuse(said, known)
        every = metadata.info.setdefault(KEY, {})
        if said.key in every:
            raise ValueError("it is declared twice")
        every[said.key] = said
    return said


def declared_triggers(metadata: MetaData) -> tuple[DeclaredTrigger, ...]:
    """Return every trigger that is declared, in the order in which features say so."""
    every: Mapping[object, DeclaredTrigger] = metadata.info.get(KEY, {})
    return tuple(every.values())


def _place(on: type[DeclarativeBase] | Table | str) -> tuple[str, str, Sequence[str] | None]:
    """Return the schema, the name and, if they are known, the columns of a table."""
    if isinstance(on, str):
        schema, _, table = on.rpartition(".")
        return schema or DEFAULT_SCHEMA, table, None
    table = on if isinstance(on, Table) else cast("Table", on.__table__)
    return table.schema or DEFAULT_SCHEMA, table.name, table.columns.keys()


def _called(function: DeclaredFunction | str) -> tuple[str, str]:
    if isinstance(function, DeclaredFunction):
        return function.schema, function.name
    schema, _, name = function.rpartition(".")
    return schema or DEFAULT_SCHEMA, name


def _order(event: str) -> int:
    return EVENTS.index(event) if event in EVENTS else len(EVENTS)


def _refuse(said: DeclaredTrigger, known: Sequence[str] | None) -> None:
    for name in (said.schema, said.table, said.name, *said.function):
        refuse_name(name)
    if not said.events or not {*said.events} <= {*EVENTS}:
        raise ValueError(f"its events are some of {', '.join(EVENTS)}")
    if said.columns and "update" not in said.events:
        raise ValueError("columns are for update alone")
    for column in said.columns:
        if known is not None and column not in known:
            raise ValueError(f"its table has no column {column!r}")
    if "truncate" in said.events and said.each == "row":
        raise ValueError('a truncate has no rows: say each="statement"')
    if said.moment == "instead of" and said.each != "row":
        raise ValueError("instead of is for each row")
    rows = said.moment == "after" and said.each == "row"
    if said.constraint and (not rows or said.old_table or said.new_table):
        raise ValueError("a constraint is after, for each row, and names no tables of rows")
    if said.when is not None and not said.when.strip():
        raise ValueError("when= is empty: leave it out")
