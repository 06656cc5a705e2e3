"""The service behind a real PgBouncer in transaction mode, with fewer connections than clients."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from tests.rendered.bench.pgbouncer import PgBouncer
from tests.rendered.bench.proxy import Proxy

CLIENTS = 64
REQUESTS = 1500

POISON = """
    set statement_timeout = 0;
    discard all;
    create temporary table memos (id int);
    select pg_advisory_lock(1);
    set search_path = pg_catalog;
    set row_security = off;
    set default_transaction_read_only = on;
    set default_transaction_isolation = 'serializable';
    set timezone = 'Asia/Tokyo';
    set role service_role;
    set statement_timeout = 1;
"""


@pytest.fixture
def settings(settings: Any, bouncer: PgBouncer, network: Proxy) -> Any:
    url = bouncer.url.replace(f":{bouncer.port}/", f":{network.port}/")
    changes = {
        "database_url": SecretStr(url),
        "database_pooling_mode": "transaction",
        "database_pool_timeout": 15.0,  # on a slow machine 64 clients take their time
    }
    return settings.model_copy(update=changes)


class Burst:
    """Many clients at once, some of which go away in the middle of a request."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.random = random.Random(7)  # noqa: S311  # the same burst each time
        self.written: list[str] = []
        self.abandoned: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []
        self.exports = asyncio.Semaphore(2)

    async def run(self, requests: int = REQUESTS) -> None:
        """Send that many requests, from all clients at a time."""
        numbers = iter(range(requests))

        async def one_client() -> None:
            for number in numbers:
                await self.request(number)

        await asyncio.gather(*(one_client() for _ in range(CLIENTS)))

    async def request(self, number: int) -> None:
        """Read, write or export; one in ten is given up after a moment."""
        kind = self.random.choices(["list", "write", "export"], [50, 45, 5])[0]
        gives_up = self.random.random() < 0.1
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.random.uniform(0, 0.2) if gives_up else 60):
                await self.send(kind, f"{number}")
        except TimeoutError:
            assert gives_up, "a request took a minute"
            if kind == "write":
                self.abandoned.append(f"{number}")
        else:
            self.seconds.append(time.monotonic() - began)

    async def send(self, kind: str, title: str) -> None:
        """Send one request to its end."""
        if kind == "write":
            answer = await self.client.post("/memos", json={"title": title})
            self.written += [title] if answer.status_code == 201 else []
        elif kind == "list":
            answer = await self.client.get("/memos", params={"limit": 5})
        else:
            async with self.exports:
                answer = await self.client.get("/memos/export")
        self.statuses[answer.status_code] += 1


async def titles(sql: asyncpg.Connection[asyncpg.Record]) -> Counter[str]:
    return Counter(row["title"] for row in await sql.fetch("select title from memos"))


async def settled(bouncer: PgBouncer) -> bool:
    """Tell whether no server connection stays in a transaction."""
    for _ in range(300):
        if not any("in transaction" in state for state in await bouncer.states()):
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_burst_gets_no_error_and_writes_everything_once(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], bouncer: PgBouncer
) -> None:
    burst = Burst(alice)
    await burst.run()

    stored = await titles(sql)
    assert set(burst.statuses) <= {200, 201}
    assert all(stored[title] == 1 for title in burst.written)
    assert all(stored[title] <= 1 for title in burst.abandoned)
    assert stored.keys() <= {*burst.written, *burst.abandoned}
    assert await settled(bouncer)
    p99 = statistics.quantiles(burst.seconds, n=100)[98]
    print(f"burst: {len(burst.seconds)} answers, p99 {p99:.2f} s, {bouncer.crashes} crashes")  # noqa: T201


class TestWithTheDefaultsOfTheDriver:
    """The control: what the burst does to a service whose statements have names."""

    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_pooling_mode": "session"})

    async def test_the_burst_has_errors(self, alice: AsyncClient) -> None:
        burst = Burst(alice)
        await burst.run(300)

        assert burst.statuses[500] + burst.statuses[503] > 0


async def poison(bouncer: PgBouncer) -> None:
    """Be another client of the pooler, leave everything that can be left, and go."""
    neighbour = await asyncpg.connect(bouncer.url, statement_cache_size=0)
    for statement in POISON.strip(" \n;").split(";"):
        # By what it left the time before; or its login is a member of no role to leave behind.
        with suppress(asyncpg.QueryCanceledError, asyncpg.InsufficientPrivilegeError):
            await neighbour.execute(statement)
    await neighbour.close()


async def finds(bouncer: PgBouncer) -> str:
    """Tell what the next client finds if it brings nothing of its own."""
    victim = await asyncpg.connect(bouncer.url, statement_cache_size=0)
    try:
        return await victim.fetchval("show search_path")
    except asyncpg.QueryCanceledError:
        return "canceled"
    finally:
        await victim.close()


class TestWithAPoisonedNeighbour:
    @pytest.fixture
    def pool_size(self) -> int:
        return 1

    async def test_what_another_client_left_reaches_no_request(
        self, alice: AsyncClient, bouncer: PgBouncer
    ) -> None:
        """Every kind of request, each on the one connection there is."""
        for _ in range(5):
            await poison(bouncer)
            assert await finds(bouncer) in ("pg_catalog", "canceled")

            memo = await alice.post("/memos", json={"title": "milk"})
            assert memo.status_code == 201
            path = f"/memos/{memo.json()['id']}"
            assert (await alice.get(path)).json() == memo.json()
            assert (await alice.patch(path, json={"title": "oat"})).status_code == 200
            assert (await alice.get("/memos")).status_code == 200
            assert "oat" in (await alice.get("/memos/export")).text
            assert (await alice.get("/health/ready")).status_code == 200
            assert (await alice.delete(path)).status_code == 204


async def test_a_list_costs_three_round_trips_and_no_connection(
    alice: AsyncClient, network: Proxy
) -> None:
    """BEGIN with its state, the query, COMMIT."""
    await alice.get("/memos")
    network.reset()

    for _ in range(10):
        assert (await alice.get("/memos")).status_code == 200

    assert (network.flights, network.connections) == (30, 0)


async def test_the_client_of_a_read_waits_for_two_round_trips(
    server: AsyncClient, network: Proxy, bouncer: PgBouncer
) -> None:
    """What is sent to end it is not waited for: here it gets no answer."""
    await server.get("/memos")
    assert await settled(bouncer)
    await asyncio.sleep(0.1)  # until the pool has the connection again
    network.reset()
    network.delay = 0.05

    reading = asyncio.create_task(server.get("/memos"))
    async with asyncio.timeout(20):
        while network.flights < 3:
            await asyncio.sleep(0)
    network.swallow = True
    assert (await reading).status_code == 200

    await network.cut()


async def test_a_connection_that_is_known_to_be_closed_costs_no_request(
    alice: AsyncClient, network: Proxy
) -> None:
    for _ in range(20):
        await network.cut()
        assert (await alice.get("/memos")).status_code == 200
        assert (await alice.post("/memos", json={"title": "milk"})).status_code == 201


async def test_whoever_comes_first_is_served_first(alice: AsyncClient, network: Proxy) -> None:
    """Also when others come all the time: few of those who came later are answered before."""
    await alice.get("/memos")
    network.delay = 0.002
    answered: list[int] = []
    numbers = iter(range(600))

    async def one_client() -> None:
        for number in numbers:
            assert (await alice.get("/memos")).status_code == 200
            answered.append(number)

    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))

    overtaken = [
        sum(other > number for other in answered[:place]) for place, number in enumerate(answered)
    ]
    print(f"fairness: {max(overtaken)} of {len(answered)} overtook the same one")  # noqa: T201
    assert max(overtaken) < CLIENTS
