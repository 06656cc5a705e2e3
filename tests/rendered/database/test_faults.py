"""What goes away and comes back: 503 with Retry-After meanwhile, then 200 by itself."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from tests.rendered.bench.others import terminate_others, wait_until_locked_out
from tests.rendered.bench.pgbouncer import PgBouncer
from tests.rendered.bench.proxy import Proxy
from tests.rendered.database.load import is_well, under_load, write

PATIENCE = {"database_pool_timeout": 1.0, "database_statement_timeout": 2.0}


@pytest.fixture
def pool_size() -> int:
    """More than the service asks for: it is not the pooler that is full."""
    return 20


@pytest.fixture
def settings(settings: Any, bouncer: PgBouncer, network: Proxy) -> Any:
    url = bouncer.url.replace(f":{bouncer.port}/", f":{network.port}/")
    changes = {"database_url": SecretStr(url), "database_pooling_mode": "transaction", **PATIENCE}
    return settings.model_copy(update=changes)


async def count(sql: asyncpg.Connection[asyncpg.Record], title: str = "milk") -> int:
    return await sql.fetchval("select count(*) from memos where title = $1", title)


async def test_every_server_connection_is_terminated_under_load(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    load = asyncio.create_task(under_load(alice, 1.5))
    for _ in range(5):
        await asyncio.sleep(0.2)
        await terminate_others(sql)
    statuses = await load

    assert await count(sql) == statuses.count(201)
    assert await is_well(alice)


async def test_one_is_killed_in_a_transaction(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with sql.transaction():
        await sql.execute("lock table memos")
        writing = asyncio.create_task(write(alice))
        await wait_until_locked_out(sql)
        await terminate_others(sql)
        assert await writing == 503

    assert await count(sql) == 0
    assert await is_well(alice)


async def test_pgbouncer_is_away_for_a_while(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], bouncer: PgBouncer
) -> None:
    assert await write(alice) == 201
    await bouncer.stop()
    away = await under_load(alice, 1, "written meanwhile")
    ready = await alice.get("/health/ready")
    await bouncer.start()

    assert set(away) == {503}
    assert ready.status_code == 503
    assert (await alice.get("/health/live")).status_code == 200
    assert await is_well(alice)
    assert await count(sql, "written meanwhile") == 0
    assert await count(sql) >= 11


async def test_the_network_swallows_everything_for_five_seconds(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], network: Proxy
) -> None:
    before = set(await under_load(alice, 0.5))
    assert {201} <= before <= {201, 503}
    assert await is_well(alice)
    network.swallow = True
    swallowed = await under_load(alice, 5, "swallowed")
    network.swallow = False

    assert set(swallowed) == {503}
    assert await is_well(alice)
    assert await count(sql, "swallowed") == 0
    assert (await alice.get("/health/ready")).status_code == 200


async def test_one_request_that_meets_silence_spares_the_others(
    alice: AsyncClient, network: Proxy
) -> None:
    """The idle connections went silent with it: none of them is tried once the network works."""
    await asyncio.gather(*(write(alice) for _ in range(5)))
    network.swallow = True
    assert await write(alice) == 503
    network.swallow = False

    assert [await write(alice) for _ in range(5)] == [201] * 5


async def test_a_full_pool_and_a_dead_database_look_different(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], bouncer: PgBouncer, settings: Any
) -> None:
    connections = settings.database_pool_size + settings.database_max_overflow
    async with sql.transaction():
        await sql.execute("lock table memos")
        waiting = [asyncio.create_task(write(alice)) for _ in range(30)]
        await wait_until_locked_out(sql, connections)
        busy = await alice.get("/health/ready")
        await asyncio.gather(*waiting)
    await bouncer.stop()
    dead = await alice.get("/health/ready")

    assert (busy.status_code, busy.json()["pool"]) == (200, "busy")
    assert dead.status_code == 503


class TestWithAHostName:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        url = settings.database_url.get_secret_value().replace("127.0.0.1", "localhost")
        return settings.model_copy(update={"database_url": SecretStr(url)})

    async def test_names_that_cannot_be_resolved_for_a_moment_cost_that_moment_only(
        self, alice: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A refused login is held off for half a minute, to lock nobody out; this is none."""

        def no_address(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

        with monkeypatch.context() as outage:
            outage.setattr(socket, "getaddrinfo", no_address)
            assert await write(alice) == 503

        assert await write(alice) == 201
