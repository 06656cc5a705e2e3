"""The database as the caller of a request sees it: row level security decides, nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from .caller import Caller
from .errors import translated

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

BECOME = """
    select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)
"""


class Database:
    """Transactions, each in somebody's name."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    @asynccontextmanager
    async def acting_as(self, caller: Caller, *, keep: bool = True) -> AsyncGenerator[Connection]:
        """Run a transaction as *caller*, and commit it unless it is not to *keep* anything.

        Raises:
            StorageError: the database refused what the block asked for.
        """
        with translated():
            async with self._pool.acquire() as connection:
                transaction = connection.transaction()
                await transaction.start()
                try:
                    await connection.execute(BECOME, caller.role, json.dumps(caller.claims))
                    yield connection
                except BaseException:
                    await transaction.rollback()
                    raise
                if keep:
                    await transaction.commit()
                else:
                    await transaction.rollback()


@asynccontextmanager
async def database(url: str) -> AsyncGenerator[Database]:
    """Open the database at *url*."""
    # Nobody can copy a database that somebody else is connected to, and tests copy this one: a
    # connection lasts for a burst of requests and is gone right after it.
    async with asyncpg.create_pool(
        url, min_size=0, max_size=16, max_inactive_connection_lifetime=0.1
    ) as pool:
        yield Database(pool)
