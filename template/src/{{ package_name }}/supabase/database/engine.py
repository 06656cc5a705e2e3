"""From an address to an engine that survives a pooler; opened and disposed by the lifespan."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ..http.shares import Shares
from .address import Address
from .begin import GRACE, connection_class, transaction_state
from .login.gate import LoginGate
from .login.tls import tls_context, warn_if_unverified
from .pool import watch
from .settings import DatabaseSettings
from .statements import log_statements
from .types.out_of_range import read_out_of_range

CONNECT_TIMEOUT = 4
"""Seconds for a connection to be made, TLS and login included: less than requests wait for a
connection by default, so that the log says which host was silent."""


@dataclass(frozen=True, slots=True)
class Database:
    """What the application holds of its database while it runs."""

    engine: AsyncEngine
    """Its connections bring their own state to each transaction, whoever begins it."""
    slots: asyncio.Semaphore
    """As many as the pool has connections: first come, first served, which the pool is not."""
    pool_timeout: float
    """Seconds to wait for a slot, to connect and to begin, in all."""
    exports: Shares
    """Long reads at a time: half of the pool for all, a quarter for one user."""
    probe: AsyncEngine
    """One connection of its own, so that a busy pool does not look like a dead database."""


def connect_args(address: Address, root_cert: Path | None) -> dict[str, Any]:
    """Return what the driver needs besides the URL, for any engine on *address*."""
    return {
        "ssl": tls_context(address, root_cert),
        # Left out, PGSSLNEGOTIATION would decide whether TLS begins without asking the server.
        "direct_tls": False,
        "timeout": CONNECT_TIMEOUT,
        # The driver's own word for it has quotes, for which PgBouncer 1.18 corrects its server
        # connection before every transaction.
        "server_settings": {"client_encoding": "UTF8"},
    }


def create_engine(
    settings: DatabaseSettings, gate: LoginGate, *, size: int, overflow: int = 0
) -> AsyncEngine:
    """Make an engine of up to *size* and *overflow* connections; it logs in when it is used."""
    address = settings.address()
    arguments = connect_args(address, settings.database_ssl_root_cert)
    if not settings.prepares_statements():
        # A named statement would outlive the transaction on a server connection that does not.
        # SQLAlchemy's own cache stays on: it describes a statement once per connection.
        arguments |= {"statement_cache_size": 0, "prepared_statement_name_func": str}
    state = transaction_state(
        statement_timeout=settings.database_statement_timeout,
        application_name=__name__.partition(".")[0],
    )
    engine = create_async_engine(
        address.url,
        connect_args={
            **arguments,
            "async_creator_fn": gate.connect,
            "connection_class": connection_class(
                state, settings.database_statement_timeout + GRACE
            ),
        },
        hide_parameters=True,
        max_overflow=overflow,
        pool_size=size,
        pool_timeout=settings.database_pool_timeout,
    )
    watch(engine)
    read_out_of_range(engine)
    return engine


def export_shares(connections: int) -> Shares:
    """Return who may export how much at a time from a pool of so many *connections*."""
    return Shares(max(1, connections // 2), max(1, connections // 4), retry_after=10)


@asynccontextmanager
async def open_database(settings: DatabaseSettings) -> AsyncGenerator[Database]:
    """Hold the connections for as long as the application runs."""
    warn_if_unverified(settings.address(), settings.database_ssl_root_cert)
    size, overflow = settings.database_pool_size, settings.database_max_overflow
    gate = LoginGate(settings.address())
    database = Database(
        engine=create_engine(settings, gate, size=size, overflow=overflow),
        slots=asyncio.Semaphore(size + overflow),
        pool_timeout=settings.database_pool_timeout,
        exports=export_shares(size + overflow),
        probe=create_engine(settings, gate, size=1),
    )
    if settings.log_sql:
        log_statements(database.engine)
    try:
        yield database
    finally:
        # A network that swallows everything would let a goodbye wait for ever.
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await database.engine.dispose()
                await database.probe.dispose()
