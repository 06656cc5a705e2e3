"""One deployment at a time: a lock that lives as long as the session of whoever migrates.

Behind a pooler in transaction mode a session is anybody's: the lock would stay with the pooler,
out of reach, and the next deployment would wait for it in vain. So that is found out first.
"""

import asyncio
import time
from contextlib import AsyncExitStack, suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ...supabase.database.login.refusals import causes_of, refusal_of, words_of
from ..failure import Failure

WITHIN = 60.0
"""Seconds that a deployment waits for another one that migrates."""

LOCK_WITHIN = "5s"
"""How long a migration waits for a table: new queries on that table wait behind it."""

ROUNDS = 3
"""Of looking whose session it is: a pooler may happen to give the same one twice."""

ANOTHER_WITHIN = 5.0
"""Seconds to wait for a second session."""

NO_SESSION_LEFT = "EMAXCONNSESSION"
"""What a pooler in session mode says when each of its sessions is somebody's."""

TOO_MANY = "53300"
"""What a database says that has no connection left, for anybody or for the role."""

PID = text("select pg_backend_pid()")
HOLDS = text(
    "select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())"
)
TAKE = text("select pg_try_advisory_lock(hashtext('alembic'))")
GIVE_BACK = text("select pg_advisory_unlock(hashtext('alembic'))")

NOT_ITS_OWN = (
    "MIGRATIONS_DATABASE_URL leads to a pooler in transaction mode, where the lock of a migration"
    " would stay behind and block the next one: use session mode (port 5432 of the shared pooler)"
    " or the direct connection. Dashboard: Connect"
)


async def acquire(engine: AsyncEngine, connection: AsyncConnection) -> None:
    """Wait until no other deployment migrates; the lock goes with the *connection*.

    Raises:
        Failure: another deployment does not come to its end, or the session is not its own.
    """
    await _insist_on_a_session(engine, connection)
    give_up = time.monotonic() + WITHIN
    # Not `pg_advisory_lock`: a query that waits for the other deployment would hold a snapshot,
    # for which the other's `create index concurrently` waits in turn.
    while not await connection.scalar(TAKE):
        await connection.commit()
        if time.monotonic() > give_up:
            raise Failure(f"another deployment has been migrating for {WITHIN:.0f} seconds")
        await asyncio.sleep(0.2)
    await connection.commit()
    if not await connection.scalar(HOLDS):
        await _give_back(engine)
        raise Failure(NOT_ITS_OWN)
    await connection.execute(text(f"set lock_timeout = '{LOCK_WITHIN}'"))
    await connection.commit()


async def _give_back(engine: AsyncEngine) -> None:
    """Unlock in the session that has the lock: while one is held, the pooler gives another."""
    with suppress(TimeoutError, OSError, DBAPIError):
        async with AsyncExitStack() as stack, asyncio.timeout(ANOTHER_WITHIN):
            while True:
                other = await stack.enter_async_context(engine.connect())
                if await other.scalar(GIVE_BACK):
                    return


async def _insist_on_a_session(engine: AsyncEngine, connection: AsyncConnection) -> None:
    """Find out whether somebody else can have this session between two transactions of ours.

    A client that logs in now and holds a transaction would be given it, as the one that was used
    last, or we another one, as the one that was not.
    """
    ours = await _pid(connection)
    for _ in range(ROUNDS):
        async with AsyncExitStack() as stack:
            theirs = await _pid_of_another(engine, stack)
            if theirs == ours or await _pid(connection) != ours:
                raise Failure(NOT_ITS_OWN)


async def _pid_of_another(engine: AsyncEngine, stack: AsyncExitStack) -> int | None:
    """Hold a transaction in another session; None when there is no other one to be had.

    That is so where each client has a session of its own, and all are taken.
    """
    try:
        async with asyncio.timeout(ANOTHER_WITHIN):
            other = await stack.enter_async_context(engine.connect())
            return await other.scalar(PID)
    except TimeoutError:
        return None
    except (OSError, DBAPIError) as error:
        is_full = any(getattr(each, "sqlstate", None) == TOO_MANY for each in causes_of(error))
        if is_full or NO_SESSION_LEFT in words_of(error):
            return None
        raise Failure(f"migrations need a second connection: {refusal_of(error).remedy}") from error


async def _pid(connection: AsyncConnection) -> int | None:
    pid = await connection.scalar(PID)
    await connection.commit()
    return pid
