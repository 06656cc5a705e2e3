"""Why a migration may not change a column's type under a running service.

Behind a transaction pooler a connection keeps what it knows of a statement's result for as long as
it lives, and nothing tells it that a type has changed: it would read wrong values without an error.
So the type of a column that exists stays, unless every process of the service is stopped.
"""

from sqlalchemy import Connection, text

from ..failure import Failure

Types = dict[str, tuple[str, int]]
"""The type of each column, and which of the types that had its name: a new one is another."""

COLUMNS = text("""
    select format('%s.%s', attrelid::regclass, quote_ident(attname)),
           case when atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
                then 'text' else format_type(atttypid, null) end,
           case when atttypid::int8 < 16384 then 0 else atttypid::int8 end
    from pg_attribute
    join pg_class on pg_class.oid = attrelid and relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_namespace on pg_namespace.oid = relnamespace
    where attnum > 0 and not attisdropped
      and nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg_toast%'
""")
"""The kinds of text are sent alike, and so is one type with another length or precision.

Postgres numbers what is made in a database from 16384: an enum, a domain, a type of an extension.
"""


def column_types(connection: Connection) -> Types:
    """Return the type of each column by its table and name."""
    return {column: (name, oid) for column, name, oid in connection.execute(COLUMNS)}


def changes(before: Types, after: Types) -> list[str]:
    """Name each column with another type than before, also one that was dropped and made anew."""
    return [
        f"{column} from {before[column][0]} to {_told(before[column], after[column])}"
        for column in sorted(before.keys() & after.keys())
        if before[column] != after[column]
    ]


def _told(before: tuple[str, int], after: tuple[str, int]) -> str:
    return f"a new type {after[0]}" if before[0] == after[0] else after[0]


def refuse(changed: list[str]) -> None:
    """Let a migration that changed types fail, and so be rolled back.

    Raises:
        Failure: with the ways out.
    """
    if changed:
        raise Failure(
            f"migrate: the type of {', '.join(changed)} would change, and running processes would"
            " read wrong values: add a column of the new type instead, or stop every process of the"
            " service and run `migrate --stopped`"
        )
