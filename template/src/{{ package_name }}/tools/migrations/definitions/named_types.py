"""Types with names that columns are of: which they are, and which no column is of any more."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from alembic.operations import ops
from sqlalchemy import ARRAY, Column, Connection, Dialect, TypeDecorator, text
from sqlalchemy import Enum as SQLAlchemyEnum
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM

from .declared import Declared
from .found import Place

USERS = text("""
    select coalesce(of_class.nspname, of_user.nspname, ''),
           coalesce(relname, users.typname, ''), coalesce(attname, '')
    from pg_depend
    join pg_type on refobjid in (pg_type.oid, pg_type.typarray)
    join pg_namespace as of_type on of_type.oid = pg_type.typnamespace
    left join pg_class on classid = 'pg_class'::regclass and pg_class.oid = objid
    left join pg_namespace as of_class on of_class.oid = relnamespace
    left join pg_attribute on attrelid = objid and attnum = objsubid
    left join pg_type as users on classid = 'pg_type'::regclass and users.oid = objid
    left join pg_namespace as of_user on of_user.oid = users.typnamespace
    where refclassid = 'pg_type'::regclass and deptype = 'n'
      and classid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
      and (objsubid > 0 or classid <> 'pg_class'::regclass)
      and of_type.nspname = :schema and pg_type.typname = :name
""")
"""The columns and the types that are of one; what is neither has no name."""

MAY_HOLD_ONE = (SQLAlchemyEnum, ARRAY, DOMAIN, TypeDecorator)
"""Types that are worth a look: a project has thousands of others."""

Named = ENUM | DOMAIN

Gone = set[tuple[str, str, str | None]]
"""Schema, table and column; None for all the columns, and no letter for a type."""


def named_types(type_: Any, dialect: Dialect) -> Iterator[Named]:
    """Yield what a column of *type_* holds, also in an array; first what others are made of."""
    if not isinstance(type_, MAY_HOLD_ONE):
        return
    impl: Any = cast("Any", type_).dialect_impl(dialect)
    if isinstance(impl, ENUM):
        yield impl
    elif isinstance(impl, ARRAY):
        yield from named_types(cast("Any", impl).item_type, dialect)
    elif isinstance(impl, DOMAIN):
        yield from named_types(impl.data_type, dialect)
        yield impl
    elif isinstance(impl, TypeDecorator):
        yield from named_types(cast("Any", impl).impl, dialect)


def place_of(declared: Declared, type_: Named) -> Place:
    """Return the schema and the name of *type_*."""
    schema = cast("str | None", type_.schema)
    return schema or declared.schema, str(type_.name)


def declared_types(declared: Declared) -> Iterator[tuple[Column[Any], Named]]:
    """Yield each column of the models with what it holds."""
    for table in declared.tables:
        for column in table.columns:
            for type_ in named_types(column.type, declared.dialect):
                yield column, type_


def columns_gone(
    declared: Declared, upgrade: ops.UpgradeOps
) -> Iterator[tuple[tuple[str, str, str | None], list[Named]]]:
    """Yield the columns that are no longer, or of another type, and what they held."""
    for operation in _flat(upgrade.ops):
        columns: list[Column[Any]] = []
        name: str | None = None
        if isinstance(operation, ops.DropTableOp):
            columns = list(operation.to_table().columns)
        elif isinstance(operation, ops.DropColumnOp):
            columns, name = [operation.to_column()], operation.column_name
        elif isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None:
            columns, name = [Column("was", operation.existing_type)], operation.column_name
        else:
            continue
        place = operation.schema or declared.schema, operation.table_name, name
        yield place, [each for c in columns for each in named_types(c.type, declared.dialect)]


def is_unused(connection: Connection, place: Place, gone: Gone) -> bool:
    """Whether nothing is of it but what goes."""
    schema, name = place
    users = connection.execute(USERS, {"schema": schema, "name": name})
    return all(
        (schema_, user, column) in gone or (column and (schema_, user, None) in gone)
        for schema_, user, column in users
    )


def _flat(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            yield from _flat(operation.ops)
        else:
            yield operation
