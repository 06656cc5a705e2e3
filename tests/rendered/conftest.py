"""The service with a feature of the proofs' own, and a pooler before the database of a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

import asyncpg
import pytest
from fastapi import FastAPI
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer
from tests.rendered.bench.proxy import Proxy, proxy
from tests.rendered.memos.routes import router as memos
from tests.rendered.memos.table import make_memos
from tests.rendered.shape import NOT_COLLECTED

collect_ignore = NOT_COLLECTED


@pytest.fixture(scope="session")
def migrated(migrated: str) -> str:
    """Has the table of memos as well, and so has every database that is copied from it."""
    asyncio.run(make_memos(migrated))
    return migrated


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The service as it is, with one feature more."""
    app.include_router(memos)
    return app


@pytest.fixture
def refuse_memos(
    sql: asyncpg.Connection[asyncpg.Record],
) -> Callable[[str], Awaitable[None]]:
    """Let every new memo fail with an SQLSTATE, at commit: the last moment there is."""

    async def refuse(sqlstate: str) -> None:
        await sql.execute(
            f"""
            create function refuse() returns trigger language plpgsql as $$
              begin raise exception 'a secret of the database' using errcode = '{sqlstate}'; end
            $$;
            create constraint trigger refuse after insert on memos
              deferrable initially deferred for each row execute function refuse();
            """
        )

    return refuse


@pytest.fixture
def pool_size() -> int:
    """How many server connections the pooler has."""
    return 2


@pytest.fixture
async def bouncer(database_url: str, pool_size: int) -> AsyncGenerator[PgBouncer]:
    async with pgbouncer(database_url, pool_size=pool_size) as bouncer:
        yield bouncer


@pytest.fixture
async def network(bouncer: PgBouncer) -> AsyncGenerator[Proxy]:
    async with proxy("127.0.0.1", bouncer.port) as network:
        yield network
