"""Who logs in to a pooler of the bench, and over what network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter

import asyncpg
from sqlalchemy import make_url
from tests.rendered.bench.proxy import Proxy, proxy


@asynccontextmanager
async def client(
    url: str, server_settings: dict[str, str] | None = None
) -> AsyncGenerator[asyncpg.Connection[asyncpg.Record]]:
    """Connect as one does to a pooler: without named statements."""
    connection = await asyncpg.connect(url, statement_cache_size=0, server_settings=server_settings)
    yield connection
    await connection.close()


async def reach(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=20)
    await connection.close()


@asynccontextmanager
async def network_before(database_url: str) -> AsyncGenerator[tuple[Proxy, str]]:
    url = make_url(database_url)
    async with proxy(str(url.host), int(url.port or 0)) as network:
        yield network, url.set(port=network.port).render_as_string(hide_password=False)


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    """Return what it takes at best: now and then a machine does something else."""

    async def once() -> float:
        start = perf_counter()
        await work()
        return perf_counter() - start

    return min([await once() for _ in range(3)])
