"""A database with nothing in it has nothing wrong, and that is no good news."""

from sqlalchemy import Connection, text

from ..failure import Failure
from ..schema.scope import BOOKKEEPING, is_of_project

SCHEMAS = text("""
    select distinct nspname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f')
""")


def insist_on_tables(connection: Connection, migrate: str) -> None:
    """Look for a table of the project, or the notes of a migration.

    Raises:
        Failure: there is neither, so the command *migrate* comes first.
    """
    schemas = [*connection.scalars(SCHEMAS)]
    if BOOKKEEPING not in schemas and not any(map(is_of_project, schemas)):
        raise Failure(f"lint: the database is not migrated yet: run `{migrate}`")
