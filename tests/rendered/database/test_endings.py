"""However a transaction ends, what went wrong first is what is told, and nothing stays open."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import asyncpg
import pytest
from fastapi import BackgroundTasks, FastAPI
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from tests.rendered.bench.others import wait_until_ended
from tests.rendered.bench.proxy import Proxy, proxy

from my_supabase_service.supabase import CallerSession, ReadOnlySession
from my_supabase_service.supabase.database.actor import NOBODY
from my_supabase_service.supabase.database.engine import Database
from my_supabase_service.supabase.database.transaction import transaction


@pytest.fixture
async def network(database_url: str) -> AsyncGenerator[Proxy]:
    async with proxy("127.0.0.1", make_url(database_url).port or 0) as network:
        yield network


@pytest.fixture
def settings(settings: Any, database_url: str, network: Proxy) -> Any:
    port = make_url(database_url).port
    url = database_url.replace(f":{port}/", f":{network.port}/")
    changes = {"database_url": SecretStr(url), "database_statement_timeout": 1.0}
    return settings.model_copy(update=changes)


@pytest.fixture
def database(state: Mapping[str, Any]) -> Database:
    return state["database"]


@pytest.fixture
def app(app: FastAPI, network: Proxy) -> FastAPI:
    """Routes whose connection goes at the worst moment."""

    async def fail(session: Any, then: str) -> None:
        try:
            await session.execute(text("select 1/0"))
        finally:
            if then == "cut":
                await network.cut()
            network.swallow = then == "swallow"

    @app.get("/write-fails")
    async def write_fails(session: CallerSession, then: str) -> None:
        await fail(session, then)

    @app.get("/read-fails")
    async def read_fails(session: ReadOnlySession, then: str) -> None:
        await fail(session, then)

    @app.get("/read")
    async def read(session: ReadOnlySession, then: str) -> str:
        await session.execute(text("select 1"))
        if then == "cut":
            await network.cut()
        network.swallow = then == "swallow"
        return "read"

    @app.get("/fails-afterwards")
    async def fails_afterwards(tasks: BackgroundTasks) -> str:
        def fail() -> None:
            raise RuntimeError

        tasks.add_task(fail)
        return "answered"

    return app


@pytest.mark.parametrize("path", ["/write-fails", "/read-fails"])
@pytest.mark.parametrize("then", ["nothing", "cut", "swallow"])
async def test_a_failed_statement_is_told_also_when_its_rollback_is_lost(
    alice: AsyncClient, network: Proxy, path: str, then: str
) -> None:
    answer = await alice.get(path, params={"then": then})
    network.swallow = False

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem:invalid")
    assert (await alice.get("/memos")).status_code == 200


@pytest.mark.parametrize("then", ["nothing", "cut", "swallow"])
async def test_a_read_whose_end_is_lost_breaks_no_later_request_of_its_client(
    server: AsyncClient, network: Proxy, then: str
) -> None:
    """The answer has left by then; what comes next on that connection is answered as ever."""
    for _ in range(2):
        assert (await server.get("/read", params={"then": then})).json() == "read"
        await asyncio.sleep(0.05)
        network.swallow = False
        answer = await server.post("/memos", json={"title": "milk"}, timeout=30)

        assert answer.status_code == 201


async def test_what_fails_after_an_answer_breaks_no_later_request_of_its_client(
    server: AsyncClient,
) -> None:
    for _ in range(5):
        assert (await server.get("/fails-afterwards")).json() == "answered"
        assert (await server.post("/memos", json={"title": "milk"})).status_code == 201


async def test_a_cancellation_while_a_failure_is_rolled_back_stays_a_cancellation(
    database: Database, network: Proxy, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    ended: Counter[str] = Counter()

    async def fail() -> None:
        async with transaction(database, NOBODY) as session:
            with pytest.raises(DBAPIError):
                await session.execute(text("select 1/0"))
            network.delay = 0.02
            raise RuntimeError

    under_way = 0
    for number in range(40):
        network.delay = 0
        failing = asyncio.create_task(fail())
        while not network.delay and not failing.done():
            await asyncio.sleep(0)
        await asyncio.sleep(number / 1000)
        under_way += failing.cancel()
        try:
            await failing
        except BaseException as error:  # noqa: BLE001  # each is counted
            ended[type(error).__name__] += 1

    network.delay = 0
    assert under_way > 10
    assert ended == Counter(CancelledError=under_way, RuntimeError=40 - under_way)
    assert database.engine.pool.status().endswith("Checked out connections: 0")
    await wait_until_ended(sql)
