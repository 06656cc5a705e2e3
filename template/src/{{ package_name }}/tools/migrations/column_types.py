"""Why a migration may not change a column's type under a running service.

Behind a transaction pooler a connection keeps what it knows of a statement's result for as long as
it lives, and nothing tells it that a type has changed: it would read wrong values without an error.
So the type of a column that exists stays, unless every process of the service is stopped.
"""

from sqlalchemy import Connection, text

from ..failure import Failure

Types = dict[str, str]

COLUMNS = text("""
    select format('%s.%s', attrelid::regclass, quote_ident(attname)),
           case when atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
                then 'text' else format_type(atttypid, null) end
    from pg_attribute
    join pg_class on pg_class.oid = attrelid and relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_namespace on pg_namespace.oid = relnamespace
    where attnum > 0 and not attisdropped
      and nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg_toast%'
""")
"""The kinds of text are sent alike, and so is one type with another length or precision."""


def column_types(connection: Connection) -> Types:
    """Return the type of each column by its table and name."""
    return {row[0]: row[1] for row in connection.execute(COLUMNS)}


def changes(before: Types, after: Types) -> list[str]:
    """Name each column with another type than before, also one that was dropped and made anew."""
    return [
        f"{column} from {before[column]} to {after[column]}"
        for column in sorted(before.keys() & after.keys())
        if before[column] != after[column]
    ]


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
