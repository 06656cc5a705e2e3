"""What the engine promises to whoever takes it, and what it keeps to itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import asyncpg
import pytest
from httpx import AsyncClient
from sqlalchemy import QueuePool, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from my_supabase_service.supabase.database.engine import open_database
from my_supabase_service.supabase.database.heartbeat import heartbeat

OPEN = (
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and state like 'idle in transaction%'"
)
OTHERS = (
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
    " and backend_type = 'client backend'"
)


@pytest.fixture
def engine(state: Mapping[str, Any]) -> Any:
    return state["database"].engine


async def test_autocommit_is_refused_with_what_to_do_instead(engine: Any) -> None:
    with pytest.raises(InvalidRequestError, match="Use a transaction"):
        engine.execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        with pytest.raises(InvalidRequestError, match="Use a transaction"):
            await connection.execution_options(isolation_level="autocommit")


async def test_each_transaction_of_a_connection_brings_its_state(engine: Any) -> None:
    """Also the second one, and one that was rolled back to a savepoint."""
    async with engine.connect() as connection:
        for _ in range(2):
            async with connection.begin():
                async with connection.begin_nested() as savepoint:
                    await connection.execute(text("set local search_path = pg_catalog"))
                    await savepoint.rollback()
                path = await connection.scalar(text("show search_path"))
                assert path == "public, extensions, pg_temp"


async def test_a_read_only_transaction_refuses_to_write(engine: Any) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(postgresql_readonly=True)
        with pytest.raises(DBAPIError, match="read-only"):
            await connection.execute(text("delete from memos"))


async def test_a_transaction_that_a_request_did_not_use_is_ended(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    assert (await alice.get("/memos", params={"cursor": "x"})).status_code == 422

    assert await sql.fetchval(OTHERS) == 1
    assert await sql.fetchval(OPEN) == 0


@pytest.mark.parametrize(
    ("mode", "own", "prepares"),
    [
        ("transaction", None, False),
        ("session", None, True),
        ("direct", None, True),
        ("dedicated", None, False),
        ("dedicated", True, True),
        ("direct", False, False),
    ],
)
async def test_statements_are_prepared_only_where_they_can_be_kept(
    settings: Any, mode: str, own: bool | None, prepares: bool
) -> None:
    changes = {"database_pooling_mode": mode, "database_prepared_statements": own}

    assert settings.model_copy(update=changes).prepares_statements() is prepares


class TestWithHeartbeat:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"database_heartbeat": 0.05})

    @pytest.mark.usefixtures("state")
    async def test_it_beats_without_any_request(
        self, sql: asyncpg.Connection[asyncpg.Record]
    ) -> None:
        async with asyncio.timeout(5):
            while not await sql.fetchval(OTHERS):
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.12)

        assert await sql.fetchval(OTHERS) == 1
        async with asyncio.timeout(5):  # one may be under way at any moment, but it ends
            while await sql.fetchval(OPEN):
                await asyncio.sleep(0.01)

    async def test_a_beat_under_way_gives_its_connection_back_before_the_pool_is_closed(
        self, settings: Any
    ) -> None:
        """Else it would stay open until Python looks for garbage."""
        async with open_database(settings) as database:
            for moment in range(60):
                async with heartbeat(database, 0.0001):
                    await asyncio.sleep(0.01 + moment / 20_000)
                assert cast("QueuePool", database.probe.pool).checkedout() == 0


@pytest.mark.usefixtures("state")
async def test_without_a_heartbeat_nothing_connects_before_a_request(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    await asyncio.sleep(0.12)

    assert await sql.fetchval(OTHERS) == 0
