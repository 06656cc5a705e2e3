"""A time-out that a route sets is honoured, by the driver too, and ends where it was to end."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from my_supabase_service.supabase import CallerSession


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
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


class TestWithPatienceForASavepoint:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_statement_timeout": 4.0})

    async def test_a_time_out_ends_with_its_savepoint(self, alice: AsyncClient) -> None:
        assert (await alice.get("/savepoint")).status_code == 200


class TestWithShortPatience:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_statement_timeout": 0.7})

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
        asked = {"limit": limit, "seconds": "3"}
        assert (await alice.get("/sleep", params=asked)).status_code == 200

        assert (await alice.get("/sleep", params={**asked, "limit": "select 1"})).status_code == 503
        assert (await alice.get("/memos")).status_code == 200

    @pytest.mark.parametrize("path", ["/memos", "/memos/export"])
    async def test_what_takes_too_long_is_503_in_a_stream_too(
        self, alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], path: str
    ) -> None:
        async with sql.transaction():
            await sql.execute("lock table memos")
            answer = await alice.get(path)

        assert answer.status_code == 503
        assert (await alice.get(path)).status_code == 200

    async def test_a_shorter_one_is_honoured_too(self, alice: AsyncClient) -> None:
        """What it sleeps is shorter than the setting's."""
        asked = {"limit": "set local statement_timeout = '50ms'", "seconds": "0.4"}

        assert (await alice.get("/sleep", params=asked)).status_code == 503
        assert (await alice.get("/sleep", params={**asked, "limit": "select 1"})).status_code == 200
