"""What goes away and comes back: 503 with Retry-After meanwhile, then 200 by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from anyio import to_thread
from httpx import AsyncClient, TransportError
from local.people import ALICE, seed
from local.postgres import postgres
from pydantic import SecretStr
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer
from tests.rendered.bench.proxy import Proxy

WELL_WITHIN = 5
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


async def write(client: AsyncClient, title: str = "milk") -> int:
    """Write a note; an answer other than success says when to come again."""
    answer = await client.post("/notes", json={"title": title})
    if answer.status_code != 201:
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"]
    return answer.status_code


async def under_load(client: AsyncClient, seconds: float) -> list[int]:
    """Write from eight clients for a while."""
    until = time.monotonic() + seconds
    statuses: list[int] = []

    async def one_client() -> None:
        while time.monotonic() < until:
            statuses.append(await write(client))
            await asyncio.sleep(0.01)

    await asyncio.gather(*(one_client() for _ in range(8)))
    return statuses


async def is_well(client: AsyncClient) -> bool:
    """Tell whether ten writes in a row succeed before the time is over."""
    until = time.monotonic() + WELL_WITHIN
    successes = 0
    while successes < 10:
        if time.monotonic() > until:
            return False
        successes = successes + 1 if await write(client) == 201 else 0
    return True


async def count(sql: asyncpg.Connection[asyncpg.Record]) -> int:
    return await sql.fetchval("select count(*) from notes")


async def test_every_server_connection_is_terminated_under_load(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    load = asyncio.create_task(under_load(alice, 1.5))
    for _ in range(5):
        await asyncio.sleep(0.2)
        await sql.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    statuses = await load

    assert await count(sql) == statuses.count(201)
    assert await is_well(alice)


async def test_one_is_killed_in_a_transaction(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with sql.transaction():
        await sql.execute("lock table notes")
        writing = asyncio.create_task(write(alice))
        await asyncio.sleep(0.3)
        await sql.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        assert await writing == 503

    assert await count(sql) == 0
    assert await is_well(alice)


async def test_pgbouncer_is_away_for_a_while(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], bouncer: PgBouncer
) -> None:
    assert await write(alice) == 201
    await bouncer.stop()
    away = await under_load(alice, 1)
    ready = await alice.get("/health/ready")
    await bouncer.start()

    assert set(away) == {503}
    assert ready.status_code == 503
    assert (await alice.get("/health/live")).status_code == 200
    assert await is_well(alice)
    assert await count(sql) == 11


async def test_the_network_swallows_everything_for_five_seconds(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], network: Proxy
) -> None:
    assert set(await under_load(alice, 0.5)) == {201}
    before = await count(sql)
    network.swallow = True
    swallowed = await under_load(alice, 5)
    network.swallow = False

    assert set(swallowed) == {503}
    assert await is_well(alice)
    assert await count(sql) <= before + len(swallowed) + 10
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
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], bouncer: PgBouncer
) -> None:
    async with sql.transaction():
        await sql.execute("lock table notes")
        waiting = [asyncio.create_task(write(alice)) for _ in range(30)]
        await asyncio.sleep(0.2)
        busy = await alice.get("/health/ready")
        await asyncio.gather(*waiting)
    await bouncer.stop()
    dead = await alice.get("/health/ready")

    assert (busy.status_code, busy.json()["pool"]) == (200, "busy")
    assert dead.status_code == 503


async def test_postgres_itself_is_stopped_and_started_again(
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    stand_in: dict[str, str],
    token: Callable[..., str],
) -> None:
    """Behind a PgBouncer that still lets clients in, as Supabase's pooler does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setattr("local.postgres.USUAL_PORT", probe.getsockname()[1])
    folder = scratch / "own"
    with postgres(folder, durable=False) as first:
        url = first.url("postgres")
        async with pgbouncer(url) as bouncer:
            service = Path(sys.executable).with_name("my-supabase-service")
            environment = os.environ | {
                "DATABASE_URL": bouncer.url,
                "DATABASE_POOL_TIMEOUT": "1",
                "MIGRATIONS_DATABASE_URL": url,
                "SUPABASE_URL": stand_in["SUPABASE_URL"],
                "SUPABASE_PUBLISHABLE_KEY": stand_in["SUPABASE_PUBLISHABLE_KEY"],
            }
            await to_thread.run_sync(
                partial(subprocess.run, [service, "migrate"], env=environment, check=True)
            )
            port = str(_free_port())
            serving = subprocess.Popen(  # noqa: ASYNC220, S603
                [service, "serve", "--port", port],
                env=environment,
            )
            try:
                async with AsyncClient(
                    base_url=f"http://127.0.0.1:{port}",
                    headers={"Authorization": f"Bearer {token(ALICE)}"},
                    trust_env=False,
                ) as client:
                    await _answers(client)
                    await seed(url, "of nobody")
                    assert await is_well(client)
                    first.process.send_signal(signal.SIGINT)
                    await to_thread.run_sync(first.process.wait)
                    assert set(await under_load(client, 1)) == {503}
                    assert (await client.get("/health/ready")).status_code == 503
                    with postgres(folder, durable=False) as second:
                        assert second.port == first.port
                        assert await is_well(client)
                        assert (await client.get("/health/ready")).status_code == 200
            finally:
                serving.terminate()
                serving.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _answers(client: AsyncClient) -> None:
    async with asyncio.timeout(20):
        while True:
            with suppress(TransportError):
                await client.get("/health/live")
                return
            await asyncio.sleep(0.05)


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
