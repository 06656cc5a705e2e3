"""Whatever is down, a request is answered in time; what a login lacks is told to its operators."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, suppress
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.proxy import proxy
from tests.rendered.bench.supavisor import supavisor

from my_supabase_service.supabase import AppDatabase, CallerSession

POOL_TIMEOUT = 1.5
GRACE = 2


async def nobody_listens(_stack: AsyncExitStack, _database_url: str) -> int:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return int(closed.getsockname()[1])


async def nobody_accepts(stack: AsyncExitStack, _database_url: str) -> int:
    """A host that swallows whatever is sent to it."""
    listener = stack.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for _ in range(3):
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)  # noqa: FBT003  # the socket's own signature
        waiting.connect_ex(listener.getsockname())
    return int(listener.getsockname()[1])


async def the_network_swallows(stack: AsyncExitStack, database_url: str) -> int:
    network = await stack.enter_async_context(proxy("127.0.0.1", make_url(database_url).port or 0))
    network.swallow = True
    return network.port


async def every_login_takes_long(stack: AsyncExitStack, database_url: str) -> int:
    port = make_url(database_url).port or 0
    network = await stack.enter_async_context(proxy("127.0.0.1", port, delay=0.6))
    return network.port


async def a_saturated_pooler(stack: AsyncExitStack, database_url: str) -> int:
    bouncer = await stack.enter_async_context(
        pgbouncer(database_url, pool_size=1, extra={"query_wait_timeout": 60})
    )
    return await _hog(stack, bouncer)


async def a_saturated_supavisor(stack: AsyncExitStack, database_url: str) -> int:
    pooler = await stack.enter_async_context(supavisor(database_url, pool_size=1))
    pooler.checkout_timeout = 60
    return await _hog(stack, pooler)


async def _hog(stack: AsyncExitStack, pooler: Any) -> int:
    hog = await asyncpg.connect(pooler.url, statement_cache_size=0)
    stack.callback(hog.terminate)
    await hog.execute("begin")
    return int(pooler.port)


async def a_pooler_that_loses_every_beginning(stack: AsyncExitStack, database_url: str) -> int:
    pooler = await stack.enter_async_context(supavisor(database_url))
    pooler.lose_begin = 1
    return pooler.port


OUTAGES = [
    nobody_listens,
    nobody_accepts,
    the_network_swallows,
    every_login_takes_long,
    a_saturated_pooler,
    a_saturated_supavisor,
    a_pooler_that_loses_every_beginning,
]


class TestInAnOutage:
    @pytest.fixture(params=OUTAGES, ids=lambda outage: outage.__name__)
    async def settings(
        self, request: pytest.FixtureRequest, settings: Any, database_url: str
    ) -> AsyncGenerator[Any]:
        async with AsyncExitStack() as stack:
            port = await request.param(stack, database_url)
            login = "postgres.abcdefghijklmnopqrst"
            url = make_url(database_url).set(username=login, port=port)
            changes = {
                "database_url": SecretStr(url.render_as_string(hide_password=False)),
                "database_pooling_mode": "transaction",
                "database_pool_timeout": POOL_TIMEOUT,
            }
            yield settings.model_copy(update=changes)

    async def test_a_cold_process_answers_everybody_in_time(self, alice: AsyncClient) -> None:
        """Twelve and more at once, so some wait for a turn; then again, no longer cold."""
        for _ in range(2):
            asked = [_timed(alice, path) for path in ["/notes"] * 16 + ["/health/ready"] * 2]
            answers = await asyncio.gather(*asked)

            assert {status for status, _ in answers} == {503}
            slowest = max(seconds for _, seconds in answers)
            print(f"answered after {slowest:.2f} s at the most")  # noqa: T201
            assert slowest < POOL_TIMEOUT + GRACE


async def _timed(client: AsyncClient, path: str) -> tuple[int, float]:
    began = time.monotonic()
    answer = await client.get(path)
    return answer.status_code, time.monotonic() - began


@pytest.fixture
async def _no_membership(sql: asyncpg.Connection[asyncpg.Record]) -> AsyncGenerator[None]:
    await sql.execute("revoke anon, authenticated, service_role from service_login")
    yield
    await sql.execute("grant anon, authenticated, service_role to service_login")


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    @app.get("/engine")
    async def engine(database: AppDatabase) -> int:
        """Somebody takes the engine as it is."""
        async with database.engine.connect() as connection:
            return int(await connection.scalar(text("select 1")) or 0)

    @app.get("/mode")
    async def mode(session: CallerSession) -> list[str]:
        options = {"isolation_level": "SERIALIZABLE", "postgresql_readonly": True}
        await session.connection(execution_options=options)
        names = ("transaction_isolation", "transaction_read_only", "role")
        asked = [f"current_setting('{name}')" for name in names]
        return [*(await session.execute(text(f"select {', '.join(asked)}"))).one()]

    @app.get("/savepoint")
    async def savepoint(session: CallerSession) -> str:
        with suppress(DBAPIError):
            async with session.begin_nested():
                await session.execute(text("set local statement_timeout = '50ms'"))
                await session.execute(text("select pg_sleep(1)"))
        await session.execute(text("select pg_sleep(2.5)"))
        return "slept"

    @app.get("/sleep")
    async def sleep(session: CallerSession, limit: str, seconds: float) -> str:
        await session.execute(text(limit))
        await session.execute(text("select pg_sleep(:seconds)"), {"seconds": seconds})
        return "slept"

    return app


@pytest.mark.usefixtures("_no_membership")
@pytest.mark.parametrize("path", ["/engine", "/notes", "/notes/export", "/health/ready"])
async def test_a_login_without_its_roles_is_a_mistake_and_nobody_s_fault(
    alice: AsyncClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    """Also on the engine's very first connection, which begins a transaction of its own."""
    for _ in range(2):
        answer = await alice.get(path)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "grant anon, authenticated, service_role to it" in caplog.text
        assert "permission denied" not in answer.text


async def test_a_mode_that_a_route_asks_for_is_kept(alice: AsyncClient) -> None:
    """Also though the transaction has begun by then, in the usual mode."""
    role = "authenticated"

    assert (await alice.get("/mode")).json() == ["serializable", "on", role]
    assert (await alice.post("/notes", json={"title": "milk"})).status_code == 201


class TestWithPatienceForASavepoint:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_statement_timeout": 4.0})

    async def test_a_time_out_ends_with_its_savepoint(self, alice: AsyncClient) -> None:
        assert (await alice.get("/savepoint")).status_code == 200


class TestWithAHeartbeat:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_heartbeat": 0.01})

    @pytest.mark.usefixtures("state")
    async def test_it_outlives_every_connection_that_is_lost(
        self, sql: asyncpg.Connection[asyncpg.Record]
    ) -> None:
        others = "from pg_stat_activity where datname = current_database()"
        others += " and pid <> pg_backend_pid()"
        for _ in range(100):
            await sql.execute(f"select pg_terminate_backend(pid) {others}")
            await asyncio.sleep(0.01)

        async with asyncio.timeout(10):
            while not await sql.fetchval(f"select count(*) {others}"):
                await asyncio.sleep(0.05)


class TestWithShortPatience:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_statement_timeout": 0.2})

    @pytest.mark.parametrize(
        "limit",
        [
            "set local statement_timeout = '20s'",
            "SET LOCAL STATEMENT_TIMEOUT TO 0",
            "select set_config('statement_timeout', '20000', true)",
            "do $$ begin set local statement_timeout = '20s'; end $$",
        ],
    )
    async def test_a_time_out_that_a_route_sets_is_honoured(
        self, alice: AsyncClient, limit: str
    ) -> None:
        """The driver waits as long; the next transaction has the setting's time-out again."""
        asked = {"limit": limit, "seconds": "2.5"}
        assert (await alice.get("/sleep", params=asked)).status_code == 200

        assert (await alice.get("/sleep", params={**asked, "limit": "select 1"})).status_code == 503
        assert (await alice.get("/notes")).status_code == 200

    @pytest.mark.parametrize("path", ["/notes", "/notes/export"])
    async def test_what_takes_too_long_is_503_in_a_stream_too(
        self, alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], path: str
    ) -> None:
        async with sql.transaction():
            await sql.execute("lock table notes")
            answer = await alice.get(path)

        assert answer.status_code == 503
        assert (await alice.get(path)).status_code == 200

    async def test_a_shorter_one_is_honoured_too(self, alice: AsyncClient) -> None:
        began = time.monotonic()
        asked = {"limit": "set local statement_timeout = '50ms'", "seconds": "0.15"}

        assert (await alice.get("/sleep", params=asked)).status_code == 503
        assert time.monotonic() - began < 1


async def test_a_table_that_changes_under_prepared_statements_costs_no_500(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """The same request succeeds the next time."""
    for change in (
        "alter table notes add column colour text",
        "alter table notes alter column colour type varchar(20)",
        "alter table notes drop column colour",
        "alter table notes alter column title type varchar(300)",
    ):
        for _ in range(3):
            await asyncio.gather(*(alice.get("/notes") for _ in range(5)))
        await sql.execute(change)

        statuses = [(await alice.get("/notes")).status_code for _ in range(10)]
        assert set(statuses) <= {200, 503}
        assert statuses[-1] == 200
