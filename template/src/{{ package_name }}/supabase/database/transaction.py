"""A transaction from its slot to its end: begun again where its connection was lost, else once."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import asyncpg
import stamina
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from ..http.errors import Problem, Unavailable, problem_of
from .actor import NOBODY, Actor
from .begin import GRACE, TransactionConnection
from .engine import Database
from .login.refusals import words_of
from .unloaded import ExplicitSession

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
    if isinstance(error, DBAPIError) and error.orig and error.orig.__cause__:
        # The engine's very first connection begins a transaction of its own, to get to know it.
        return isinstance(error.orig.__cause__, Exception) and is_lost(error.orig.__cause__)
    if any(text in words_of(error) for text in BUSY_TEXTS):
        return False
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(LOST_SQLSTATES)
    return isinstance(error, DRIVER_ERRORS)


@asynccontextmanager
async def begun(
    engine: AsyncEngine,
    actor: Actor = NOBODY,
    *,
    read_only: bool = False,
    within: float,
    since: float | None = None,
) -> AsyncGenerator[AsyncConnection]:
    """Take a connection of *engine* on which a transaction of *actor* has begun.

    If its connection is lost meanwhile another one is taken: that is safe because nothing of the
    transaction has run, and nothing else is ever repeated. To connect, to begin and to begin again
    take *within* seconds in all, from now or from *since*, which is a `time.monotonic()`.

    Raises:
        Misconfigured: nobody can log in, or the login may not act for *actor*.
        Unavailable: no transaction could begin.
    """
    since = time.monotonic() if since is None else since
    beginning = _Beginning(engine, actor, read_only, since, since + within)
    connection = await beginning.connection()
    try:
        yield connection
    finally:
        await asyncio.shield(connection.close())


@dataclass(frozen=True, slots=True)
class _Beginning:
    engine: AsyncEngine
    actor: Actor
    read_only: bool
    since: float
    deadline: float

    async def connection(self) -> AsyncConnection:
        """Try until the deadline, each time on another connection."""
        try:
            async with asyncio.timeout(self.deadline - time.monotonic()):
                async for attempt in stamina.retry_context(
                    on=is_lost, attempts=ATTEMPTS, timeout=None, wait_initial=0.02, wait_jitter=0.05
                ):
                    with attempt:
                        return await self._try()
        except Problem:
            raise  # whoever raised it has told the log
        except TimeoutError as error:
            log.warning("no transaction could begin in time: the database or a pooler is silent")
            raise Unavailable from error
        except (OSError, asyncpg.PostgresError, SQLAlchemyError, *DRIVER_ERRORS) as error:
            log.warning("no transaction could begin: %s", words_of(error))
            raise problem_of(error) or Unavailable() from error
        raise AssertionError("unreachable")

    async def _try(self) -> AsyncConnection:
        connection = await self.engine.connect()
        driver = await driver_of(connection)
        try:
            if self.read_only:
                await connection.execution_options(postgresql_readonly=True)
            driver.actor = self.actor
            await driver.begin(read_only=self.read_only)
        except BaseException:
            if time.monotonic() >= self.deadline:
                driver.retire_silent(self.since)
            driver.terminate()
            await asyncio.shield(_drop(connection))
            raise
        return connection


async def _drop(connection: AsyncConnection) -> None:
    await connection.invalidate()
    await connection.close()


async def driver_of(connection: AsyncConnection) -> TransactionConnection:
    """Return the driver's connection under *connection*."""
    pooled = await connection.get_raw_connection()
    return cast("TransactionConnection", pooled.driver_connection)


@asynccontextmanager
async def transaction(
    database: Database, actor: Actor = NOBODY, *, read_only: bool = False
) -> AsyncGenerator[AsyncSession]:
    """Open a session in a transaction of *actor*: committed at the end, rolled back on any error.

    A time-out or a cancellation costs the connection, since its last query may still run.

    Raises:
        Unavailable: the pool was busy for too long, or no transaction could begin.
    """
    since, within = time.monotonic(), database.pool_timeout
    async with (
        _slot(database),
        begun(
            database.engine, actor, read_only=read_only, within=within, since=since
        ) as connection,
    ):
        driver = await driver_of(connection)
        session = AsyncSession(
            connection, expire_on_commit=False, sync_session_class=ExplicitSession
        )
        try:
            yield session
            await _commit(session, driver, read_only=read_only)
        except (asyncio.CancelledError, TimeoutError):
            # Before anything else is asked of it: a rollback would wait for the query to end.
            driver.terminate()
            raise
        finally:
            await _close(session, driver)


async def _commit(session: AsyncSession, driver: TransactionConnection, *, read_only: bool) -> None:
    try:
        await session.commit()
    except Exception as error:
        # A write in a read is a mistake; the end of one that is lost is of no account.
        if not read_only or not (isinstance(error, TimeoutError) or is_lost(error)):
            raise
        driver.terminate()
        log.warning("the end of a read was lost: %s", words_of(error))


async def _close(session: AsyncSession, driver: TransactionConnection) -> None:
    """End what is left of the transaction; if that fails, what failed before is what is told."""
    try:
        async with asyncio.timeout(GRACE):
            await session.close()
    except asyncio.CancelledError:
        driver.terminate()
        raise
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, *DRIVER_ERRORS) as error:
        driver.terminate()
        log.warning("a transaction's end was lost, which undoes it: %s", words_of(error))


@asynccontextmanager
async def _slot(database: Database) -> AsyncGenerator[None]:
    try:
        async with asyncio.timeout(database.pool_timeout):
            await database.slots.acquire()
    except TimeoutError:
        raise Unavailable("All connections are busy; try again.") from None
    try:
        yield
    finally:
        database.slots.release()
