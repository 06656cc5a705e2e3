"""The sessions of a database beside one's own: lost at once, as in a failover."""

from __future__ import annotations

import asyncpg

# An autovacuum worker may be there too: it belongs to a superuser, whom postgres may not end.
OTHERS = (
    "from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid() and backend_type = 'client backend'"
)


async def terminate_others(sql: asyncpg.Connection[asyncpg.Record]) -> None:
    await sql.execute(f"select pg_terminate_backend(pid) {OTHERS}")
