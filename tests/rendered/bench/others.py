"""The sessions of a database beside one's own: lost at once, as in a failover, and waited for."""

from __future__ import annotations

import asyncio

import asyncpg

# An autovacuum worker may be there too: it belongs to a superuser, whom postgres may not end.
OTHERS = (
    "from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid() and backend_type = 'client backend'"
)

# Of locks and not of activity, which a transaction sees as it was when it first looked.
WAITING = """
    select count(*) from pg_locks where not granted
    and database = (select oid from pg_database where datname = current_database())
"""


async def terminate_others(sql: asyncpg.Connection[asyncpg.Record]) -> None:
    await sql.execute(f"select pg_terminate_backend(pid) {OTHERS}")


async def wait_until_locked_out(sql: asyncpg.Connection[asyncpg.Record], sessions: int = 1) -> None:
    """Return when that many *sessions* wait for a lock that another has."""
    async with asyncio.timeout(20):
        while await sql.fetchval(WAITING) < sessions:
            await asyncio.sleep(0.01)


async def wait_until_ended(sql: asyncpg.Connection[asyncpg.Record]) -> None:
    """Return when no other session has a transaction open: a server notices later who has left."""
    async with asyncio.timeout(20):
        while await sql.fetchval(f"select count(*) {OTHERS} and state like 'idle in transaction%'"):
            await asyncio.sleep(0.01)
