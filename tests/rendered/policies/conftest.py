"""The database of a test as the login that migrates sees it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from sqlalchemy import NullPool, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from my_supabase_service.supabase.tables.policies import API_ROLES, Security
from my_supabase_service.tools.migrations.policies.catalogue import read


@pytest.fixture
async def connection(owner_url: str) -> AsyncGenerator[AsyncConnection]:
    """The test's database, in a transaction that may only read."""
    url = make_url(owner_url).set(drivername="postgresql+asyncpg", query={})
    options = {"postgresql_readonly": True}
    engine = create_async_engine(url, poolclass=NullPool, execution_options=options)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.fixture
def state(connection: AsyncConnection) -> Callable[[], Awaitable[Security]]:
    """Tell how the table `cards` is secured, in Postgres' words."""

    async def state() -> Security:
        every = await connection.run_sync(read, {*API_ROLES, "public"})
        await connection.rollback()
        return every["public", "cards"]

    return state
