"""What a login lacks is told to its operators; a beginning keeps the mode, and outlives losses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from tests.rendered.bench.others import OTHERS, terminate_others

from my_supabase_service.supabase import AppDatabase, CallerSession


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

    return app


@pytest.mark.usefixtures("_no_membership")
@pytest.mark.parametrize("path", ["/engine", "/memos", "/memos/export", "/health/ready"])
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
    assert (await alice.post("/memos", json={"title": "milk"})).status_code == 201


class TestWithAHeartbeat:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_heartbeat": 0.01})

    @pytest.mark.usefixtures("state")
    async def test_it_outlives_every_connection_that_is_lost(
        self, sql: asyncpg.Connection[asyncpg.Record]
    ) -> None:
        for _ in range(100):
            await terminate_others(sql)
            await asyncio.sleep(0.01)

        async with asyncio.timeout(10):
            while not await sql.fetchval(f"select count(*) {OTHERS}"):
                await asyncio.sleep(0.05)


async def test_a_table_that_changes_under_prepared_statements_costs_no_500(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """The same request succeeds the next time."""
    for change in (
        "alter table memos add column colour text",
        "alter table memos alter column colour type varchar(20)",
        "alter table memos drop column colour",
        "alter table memos alter column title type varchar(300)",
    ):
        for _ in range(3):
            await asyncio.gather(*(alice.get("/memos") for _ in range(5)))
        await sql.execute(change)

        statuses = [(await alice.get("/memos")).status_code for _ in range(10)]
        assert set(statuses) <= {200, 503}
        assert statuses[-1] == 200
