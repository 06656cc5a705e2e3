"""The values of enums; and that an enum comes with its first column and goes with its last."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from alembic.operations import ops
from sqlalchemy import ARRAY, Column, Connection, Dialect, TypeDecorator, text
from sqlalchemy import Enum as SQLAlchemyEnum
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM

from .change import Change, Committed, Remark, Step
from .declared import Declared
from .found import Place

log = logging.getLogger(__name__)

RENAMED = "renamed_values"
"""In the `info` of a column: the old name of each value that has a new one."""

REMOVED = (
    "the enum %s: Postgres cannot take away %s, which no model has: declare it again, or move its"
    " rows to another type by hand"
)
ORDER = "the enum %s: Postgres cannot change the order of its values, so declare them as %s"
KEPT = "Postgres cannot take a value away, so {} keeps {}."

ENUMS = text("""
    select nspname, typname, array_agg(enumlabel::text order by enumsortorder)
    from pg_enum
    join pg_type on pg_type.oid = enumtypid
    join pg_namespace on pg_namespace.oid = typnamespace
    group by 1, 2
""")

USERS = text("""
    select coalesce(of_class.nspname, ''), coalesce(relname, ''), coalesce(attname, '')
    from pg_depend
    join pg_type on refobjid in (pg_type.oid, typarray)
    join pg_namespace as of_type on of_type.oid = typnamespace
    left join pg_class on classid = 'pg_class'::regclass and pg_class.oid = objid
    left join pg_namespace as of_class on of_class.oid = relnamespace
    left join pg_attribute on attrelid = objid and attnum = objsubid
    where refclassid = 'pg_type'::regclass and deptype = 'n'
      and classid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
      and (objsubid > 0 or classid <> 'pg_class'::regclass)
      and of_type.nspname = :schema and typname = :name
""")
"""The columns that are of an enum; what is no column has no name."""

MAY_HOLD_ONE = (SQLAlchemyEnum, ARRAY, DOMAIN, TypeDecorator)
"""Types that are worth a look: a project has thousands of others."""

Gone = set[tuple[str, str, str | None]]
"""Schema, table and column; None for all the columns."""


class Enum:
    """An enum that the models have."""

    def __init__(self, type_: ENUM) -> None:
        self.type = type_
        self.values = list(type_.enums)
        self.renamed: dict[str, str] = {}


def changes(
    declared: Declared, connection: Connection, upgrade: ops.UpgradeOps
) -> tuple[list[Change], list[Change]]:
    """Return what happens to enums before the tables change, and after it."""
    wanted = _declared(declared)
    gone = list(_gone(declared, upgrade))
    if not (wanted or gone):
        return [], []
    found = {(schema, name): values for schema, name, values in connection.execute(ENUMS)}
    before: list[Change] = []
    for place, enum in wanted.items():
        name = declared.sql_name(place)
        if place in found:
            before += _changed(name, enum, found[place])
        elif enum.type.create_type:
            before.append(_created(name, enum.values))
    left = {place for _, enums in gone for place in enums if place in found} - set(wanted)
    columns = {column for column, _ in gone}
    after = [
        _created(declared.sql_name(place), found[place]).reverse()
        for place in sorted(left)
        if _is_unused(connection, place, columns)
    ]
    return before, after


def enum_of(type_: Any, dialect: Dialect) -> Iterator[ENUM]:
    """Yield the enum that a column of *type_* holds, also in an array or as a domain."""
    if not isinstance(type_, MAY_HOLD_ONE):
        return
    impl: Any = cast("Any", type_).dialect_impl(dialect)
    if isinstance(impl, ENUM):
        yield impl
    elif isinstance(impl, ARRAY):
        yield from enum_of(cast("Any", impl).item_type, dialect)
    elif isinstance(impl, DOMAIN):
        yield from enum_of(impl.data_type, dialect)


def _declared(declared: Declared) -> dict[Place, Enum]:
    found: dict[Place, Enum] = {}
    for table in declared.tables:
        for column in table.columns:
            for type_ in enum_of(column.type, declared.dialect):
                place = _place(declared, type_)
                enum = found.setdefault(place, Enum(type_))
                enum.renamed |= column.info.get(RENAMED, {})
    return found


def _place(declared: Declared, type_: ENUM) -> Place:
    schema = cast("str | None", type_.schema)
    return schema or declared.schema, str(type_.name)


def _created(name: str, values: Iterable[str]) -> Change:
    make = f"create type {name} as enum ({', '.join(map(_literal, values))})"
    return Change(f"enum {name}", (make,), (f"drop type {name}",))


def _changed(name: str, enum: Enum, found: Sequence[str]) -> Iterator[Change]:
    """Yield what can be changed of it, and say what cannot."""
    old = {
        new: was
        for was, new in enum.renamed.items()
        if was in found and was not in enum.values and new in enum.values and new not in found
    }
    # As the database calls them: what is renamed is so only when the others are there.
    wanted = [old.get(value, value) for value in enum.values]
    added = [value for value in wanted if value not in found]
    if added:
        statements = [_add(name, value, wanted, found) for value in added]
        kept = KEPT.format(name, " and ".join(map(_literal, added)))
        yield Change(f"enum {name}", (Committed(statements),), (Remark(kept),))
    for new, was in old.items():
        do: Step = f"alter type {name} rename value {_literal(was)} to {_literal(new)}"
        undo: Step = f"alter type {name} rename value {_literal(new)} to {_literal(was)}"
        yield Change(f"enum {name}", (do,), (undo,))
    if removed := [value for value in found if value not in wanted]:
        log.warning(REMOVED, name, ", ".join(map(_literal, removed)))
    there = [value for value in found if value in wanted]
    if there != [value for value in wanted if value in found]:
        log.warning(ORDER, name, ", ".join(map(_literal, there)))


def _add(name: str, value: str, wanted: Sequence[str], found: Sequence[str]) -> str:
    """Return what puts *value* before the next that is there already, or else behind all."""
    later = wanted[wanted.index(value) + 1 :]
    place = next((f" before {_literal(each)}" for each in later if each in found), "")
    # The statement stays done where a later one of the revision fails, and is then met again.
    return f"alter type {name} add value if not exists {_literal(value)}{place}"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _gone(
    declared: Declared, upgrade: ops.UpgradeOps
) -> Iterator[tuple[tuple[str, str, str | None], list[Place]]]:
    """Yield the columns that are no longer, and of which enums they are."""
    for operation in _flat(upgrade.ops):
        columns: list[Column[Any]] = []
        name: str | None = None
        if isinstance(operation, ops.DropTableOp):
            columns = list(operation.to_table().columns)
        elif isinstance(operation, ops.DropColumnOp):
            columns, name = [operation.to_column()], operation.column_name
        else:
            continue
        place = operation.schema or declared.schema, operation.table_name, name
        enums = [each for c in columns for each in enum_of(c.type, declared.dialect)]
        yield place, [_place(declared, each) for each in enums]


def _flat(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            yield from _flat(operation.ops)
        else:
            yield operation


def _is_unused(connection: Connection, place: Place, gone: Gone) -> bool:
    """Whether no column is of it but those that go."""
    schema, name = place
    users = connection.execute(USERS, {"schema": schema, "name": name})
    return all(
        (schema_, table, column) in gone or (schema_, table, None) in gone
        for schema_, table, column in users
    )
