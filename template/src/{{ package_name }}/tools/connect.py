"""One connection for a command, over an address of the settings; a refusal is told in a line."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, NullPool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ..supabase.database.address import Address
from ..supabase.database.engine import connect_args
from ..supabase.database.login.refusals import refusal_of
from ..supabase.database.login.tls import warn_if_unverified
from ..supabase.database.settings import DatabaseSettings
from .failure import Failure

Found = TypeVar("Found")


@asynccontextmanager
async def connect(
    address: Address, root_cert: Path | None, *, who: str
) -> AsyncGenerator[AsyncConnection]:
    """Log in as the address says, and as nobody else: transactions begin as they are told to.

    Raises:
        Failure: *who* cannot, and why.
    """
    warn_if_unverified(address, root_cert)
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(dialling(address, root_cert).connect())
        except (OSError, DBAPIError) as error:
            refusal = refusal_of(error, address.url.host or "", address.url.port or 0)
            raise Failure(f"{who} cannot log in: {refusal.remedy}") from error
        yield connection


async def ask(
    settings: DatabaseSettings, what: Callable[[Connection], Found], *, who: str, **options: Any
) -> Found:
    """Return what *what* finds where migrations log in, or else the service.

    *options* are those of its connection, such as the isolation level.

    Raises:
        Failure: *who* cannot log in, the connection breaks, or *what* says so.
    """
    address = settings.migrations_address() or settings.address()
    async with connect(address, settings.database_ssl_root_cert, who=who) as connection:
        await connection.execution_options(**options)
        try:
            return await connection.run_sync(what)
        except DBAPIError as error:
            cause = error.orig.__cause__ if error.orig else error
            sentence = str(cause).partition("\n")[0]
            raise Failure(f"{who}: the database broke off ({sentence}): try again") from error


def dialling(address: Address, root_cert: Path | None) -> AsyncEngine:
    """Return an engine without a pool: each of its connections is a login."""
    # Statements without a name: they outlive no change of a table, and no turn of a pooler.
    unnamed = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
    return create_async_engine(
        address.url,
        connect_args={
            **connect_args(address, root_cert),
            **unnamed,
            "prepared_statement_name_func": str,
        },
        poolclass=NullPool,
    )
