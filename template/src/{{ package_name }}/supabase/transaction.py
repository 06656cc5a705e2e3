"""A transaction from its turn to its end: begun again where its connection was lost, else once."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

import asyncpg
import stamina
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from .actor import NOBODY, Actor
from .begin import TransactionConnection
from .database import Database
from .errors import Unavailable, problem_of
from .logins import refusal_at_begin, words_of

ATTEMPTS = 4
"""To begin: once, and at most three times again."""

LOST_SQLSTATES = ("08", "57014", "57P")
"""Connection exceptions, a time-out that another client left, a server that goes away."""

BUSY_TEXTS = ("ECHECKOUTTIMEOUT", "query_wait_timeout")
"""A pooler that had nothing to give for as long as it waits: to ask again makes it worse."""

DRIVER_ERRORS = (asyncpg.InterfaceError, asyncpg.InternalClientError, ConnectionError)
"""How the driver notices that its connection has gone; the second, when it just went."""

log = logging.getLogger(__name__)


def is_lost(error: Exception) -> bool:
    """Tell whether a beginning failed for want of a connection: then another one may do."""
    if any(text in words_of(error) for text in BUSY_TEXTS):
        return False
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(LOST_SQLSTATES)
    return isinstance(error, DRIVER_ERRORS)


async def begin(
    connection: AsyncConnection,
    actor: Actor = NOBODY,
    *,
    read_only: bool = False,
    within: float = 5,
) -> TransactionConnection:
    """Begin a transaction on *connection*, on another driver connection if that one is lost.

    It acts for *actor*, and so do those that follow it until the connection is given back.

    That is safe because nothing of the transaction has run; nothing else is ever repeated. A
    pooler may have no server connection to give: after *within* seconds nobody waits any longer.

    Raises:
        Misconfigured: the login may not act for *actor*.
        Unavailable: no beginning succeeded.
    """
    try:
        async for attempt in stamina.retry_context(
            on=is_lost, attempts=ATTEMPTS, timeout=None, wait_initial=0.02, wait_jitter=0.05
        ):
            with attempt:
                return await _begin_once(connection, actor, read_only, within)
    except (OSError, asyncpg.PostgresError, *DRIVER_ERRORS) as error:
        refusal = refusal_at_begin(error)
        reason = refusal.remedy if refusal else words_of(error)
        log.warning("no transaction could begin: %s", reason)
        raise refusal or problem_of(error) or Unavailable() from error
    raise AssertionError("unreachable")


async def _begin_once(
    connection: AsyncConnection,
    actor: Actor,
    read_only: bool,  # noqa: FBT001  # handed on
    within: float,
) -> TransactionConnection:
    pooled = await connection.get_raw_connection()
    driver = cast("TransactionConnection", pooled.driver_connection)
    driver.actor = actor
    asked_at = time.monotonic()
    try:
        async with asyncio.timeout(within):
            await driver.begin(read_only=read_only)
    except TimeoutError:
        driver.distrust_the_silent(asked_at)
        await connection.invalidate()
        raise
    except Exception:
        await connection.invalidate()
        raise
    return driver


@asynccontextmanager
async def transaction(
    database: Database, actor: Actor, *, read_only: bool = False
) -> AsyncGenerator[AsyncSession]:
    """Open a session in a transaction of *actor*: committed at the end, rolled back on any error.

    A time-out or a cancellation costs the connection, since its last query may still run.

    Raises:
        Unavailable: the pool was busy for too long, or no transaction could begin.
    """
    async with _turn(database), database.engine.connect() as connection:
        if read_only:
            await connection.execution_options(postgresql_readonly=True)
        driver = await begin(connection, actor, read_only=read_only, within=database.patience)
        session = AsyncSession(connection, expire_on_commit=False)
        try:
            yield session
            await session.commit()
        except (asyncio.CancelledError, TimeoutError):
            # Before anything else is asked of it: a rollback would wait for the query to end.
            driver.terminate()
            await asyncio.shield(connection.invalidate())
            raise
        finally:
            await asyncio.shield(session.close())


@asynccontextmanager
async def _turn(database: Database) -> AsyncGenerator[None]:
    try:
        async with asyncio.timeout(database.patience):
            await database.turns.acquire()
    except TimeoutError:
        raise Unavailable("All connections are busy; try again.") from None
    try:
        yield
    finally:
        database.turns.release()
