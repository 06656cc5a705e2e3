"""A database that was never migrated: what it lacks is told as that, and nothing is well in it."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..supabase.database.address import Address
from ..supabase.database.settings import DatabaseSettings
from .connect import Found, connect
from .failure import Failure
from .migrations.policies.declared import LOGIN
from .schema.scope import BOOKKEEPING, is_of_project

NOT_MIGRATED = "the database is not migrated yet"
WITHOUT_LOGIN = f"{NOT_MIGRATED}, which makes the role {LOGIN}"

SCHEMAS = text("""
    select distinct nspname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f')
""")
HAS_LOGIN = text("select exists (select from pg_roles where rolname = :role)")


def insist_on_tables(connection: Connection, migrate: str, *, who: str) -> None:
    """Look for a table of the project, or the notes of a migration.

    Raises:
        Failure: there is neither, so the command *migrate* comes first.
    """
    schemas = [*connection.scalars(SCHEMAS)]
    if BOOKKEEPING not in schemas and not any(map(is_of_project, schemas)):
        raise Failure(f"{who}: {NOT_MIGRATED}: run `{migrate}`")


def once_migrated(
    read: Callable[[Connection], Found], migrate: str, *, who: str
) -> Callable[[Connection], Found]:
    """Return *read*, which insists on tables first: see `insist_on_tables`."""

    def insisting(connection: Connection) -> Found:
        insist_on_tables(connection, migrate, who=who)
        return read(connection)

    return insisting


async def lacks_login(connection: AsyncConnection) -> bool:
    """Whether the role is not there that the first migration makes; False if nobody tells."""
    try:
        return not (await connection.execute(HAS_LOGIN, {"role": LOGIN})).scalar()
    except SQLAlchemyError:
        return False


async def insist_on_login(settings: DatabaseSettings, migrate: str, *, who: str) -> None:
    """Ask where migrations log in whether the service's login is there, which was refused.

    Where nobody can log in there it is not known, and nothing is said.

    Raises:
        Failure: it is not there, so the command *migrate* comes first.
    """
    service, owner = settings.address(), settings.migrations_address()
    is_made = (service.url.username or "").partition(".")[0] == LOGIN
    if is_made and owner and await _is_missing(owner, settings.database_ssl_root_cert, who):
        raise Failure(f"{who}: {WITHOUT_LOGIN}: run `{migrate}`")


async def _is_missing(owner: Address, root_cert: Path | None, who: str) -> bool:
    try:
        async with connect(owner, root_cert, who=who) as connection:
            return await lacks_login(connection)
    except Failure:
        return False
