"""What a column of a domain has of its own: SQLAlchemy reads NOT NULL and a default off the domain.

Alembic would write them down for the column, or ask the column to be nullable, which nothing does.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Column, Connection, text
from sqlalchemy.dialects.postgresql import DOMAIN

OWN = text("""
    select nspname, relname, attname, attnotnull, atthasdef
    from pg_attribute
    join pg_class on pg_class.oid = attrelid and relkind in ('r', 'p')
    join pg_namespace on pg_namespace.oid = relnamespace
    join pg_type on pg_type.oid = atttypid and typtype = 'd'
    where typnotnull or typdefaultbin is not null
""")

Found = Mapping[tuple[str | None, str], Iterable[dict[str, Any]]]
"""By schema, None for the usual one, and table: its columns as an inspector tells them."""


def set_own(context: AutogenContext, found: Found) -> None:
    """Have each column of *found* say what it has of its own."""
    named = {
        (schema, table, column["name"]): column
        for (schema, table), columns in found.items()
        for column in columns
        if isinstance(column["type"], DOMAIN)
    }
    if not named or context.connection is None:
        return
    declared = {
        (table.schema, table.name, column.name): column
        for table in context.sorted_tables
        for column in table.columns
    }
    for key, (is_required, has_default) in _own(context.connection).items():
        if key in named:
            if not is_required:
                named[key]["nullable"] = _is_nullable(declared.get(key))
            if not has_default:
                named[key]["default"] = None


def _own(connection: Connection) -> dict[tuple[str | None, str, str], tuple[bool, bool]]:
    usual = connection.dialect.default_schema_name
    return {
        (None if schema == usual else schema, table, column): (is_required, has_default)
        for schema, table, column, is_required, has_default in connection.execute(OWN)
    }


def _is_nullable(declared: Column[Any] | None) -> bool:
    """Whether it is said to be: where the domain is not, either word is true."""
    type_ = None if declared is None else declared.type
    if declared is not None and isinstance(type_, DOMAIN) and type_.not_null:
        return bool(declared.nullable)
    return True
