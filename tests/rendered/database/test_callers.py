"""For whom a transaction acts: the caller as long as it lasts, and nobody unless it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from local.people import ALICE, BOB
from pydantic import SecretStr
from sqlalchemy import Uuid, column, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from tests.rendered.bench.others import terminate_others

from my_supabase_service.supabase import Principal, export
from my_supabase_service.supabase.database.actor import actor_of
from my_supabase_service.supabase.database.engine import Database
from my_supabase_service.supabase.database.transaction import begun, transaction

WHO = text(
    "select current_user, current_setting('request.jwt.claims')::json ->> 'sub',"
    " array(select distinct owner_id::text from memos)"
)
AS_ALICE = ("authenticated", str(ALICE), [str(ALICE)])
AS_NOBODY = ("anon", "")


@pytest.fixture(params=["service_login", "postgres"])
def settings(request: pytest.FixtureRequest, settings: Any, owner_url: str) -> Any:
    """One connection, with the service's own login and with the one that bypasses policies."""
    changes: dict[str, Any] = {"database_pool_size": 1, "database_max_overflow": 0}
    if request.param == "postgres":
        changes["database_url"] = SecretStr(owner_url)
    return settings.model_copy(update=changes)


@pytest.fixture
def database(state: Mapping[str, Any]) -> Database:
    return state["database"]


@pytest.fixture
async def principal(state: Mapping[str, Any], token: Callable[[UUID], str]) -> Principal:
    """Alice, as her token says."""
    return await state["tokens"].verify(token(ALICE))


@pytest.fixture(autouse=True)
async def _memos_of_both(sql: asyncpg.Connection[asyncpg.Record]) -> None:
    await sql.executemany(
        "insert into memos (owner_id, title) values ($1, 'mine')", [(ALICE,), (BOB,)]
    )


async def seen(session: AsyncSession) -> tuple[Any, ...]:
    return tuple((await session.execute(WHO)).one())


async def asked(connection: AsyncConnection | AsyncSession) -> tuple[str, str]:
    """Return who asks, who may not even ask for memos."""
    who = text("select current_user, current_setting('request.jwt.claims')")
    role, claims = (await connection.execute(who)).one()
    with pytest.raises(DBAPIError, match="permission denied for table memos"):
        await connection.execute(text("select 1 from memos"))
    return role, claims


async def test_whoever_takes_the_engine_is_nobody(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await asked(connection) == AS_NOBODY
        await connection.rollback()
        assert await asked(connection) == AS_NOBODY
    async with AsyncSession(database.engine) as session:
        assert await asked(session) == AS_NOBODY


async def test_the_caller_stays_through_commits_rollbacks_and_savepoints(
    database: Database, principal: Principal
) -> None:
    async with transaction(database, actor_of(principal)) as session:
        assert await seen(session) == AS_ALICE
        await session.commit()
        assert await seen(session) == AS_ALICE
        await session.commit()
        assert await seen(session) == AS_ALICE
        await session.rollback()
        assert await seen(session) == AS_ALICE
        async with session.begin_nested() as savepoint:
            assert await seen(session) == AS_ALICE
            await savepoint.rollback()
        assert await seen(session) == AS_ALICE


async def test_the_caller_stays_after_a_failed_statement(
    database: Database, principal: Principal
) -> None:
    async with transaction(database, actor_of(principal)) as session:
        with pytest.raises(DBAPIError, match="division by zero"):
            await session.execute(text("select 1/0"))
        await session.rollback()
        assert await seen(session) == AS_ALICE


async def test_the_caller_stays_while_rows_are_streamed(
    database: Database, principal: Principal
) -> None:
    async with transaction(database, actor_of(principal), read_only=True) as session:
        rows = await session.stream(text("select owner_id from memos"))
        assert [row[0] async for row in rows] == [ALICE]
        assert await seen(session) == AS_ALICE


async def test_an_export_has_the_rows_of_its_caller_only(
    database: Database, principal: Principal
) -> None:
    """Also when the query says nothing of whose they are."""
    query = select(column("owner_id", Uuid)).select_from(table("memos"))

    answer = await export(database, principal, query, str)

    lines = b"".join([batch async for batch in answer.batches]).split()
    assert lines == [str(ALICE).encode()]
    with pytest.raises(DBAPIError, match="permission denied"):
        await export(database, None, query, str)


async def test_the_caller_stays_when_a_lost_beginning_is_begun_again(
    database: Database, principal: Principal, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with begun(database.engine, actor_of(principal), within=5) as connection:
        await connection.execute(text("select 1"))
    await terminate_others(sql)

    async with transaction(database, actor_of(principal)) as session:
        assert await seen(session) == AS_ALICE


@pytest.mark.parametrize("how", ["returned", "failed", "cancelled", "unused"])
async def test_the_next_user_of_a_connection_inherits_nobody(
    database: Database, principal: Principal, how: str
) -> None:
    async def use() -> None:
        async with transaction(database, actor_of(principal)) as session:
            if how == "unused":
                return
            assert await seen(session) == AS_ALICE
            if how == "failed":
                await session.execute(text("select 1/0"))
            if how == "cancelled":
                await session.execute(text("select pg_sleep(5)"))

    with suppress(DBAPIError, TimeoutError):
        await asyncio.wait_for(use(), 0.2)

    async with database.engine.connect() as connection:
        assert await asked(connection) == AS_NOBODY


async def test_claims_are_handed_on_literally(
    database: Database, state: Mapping[str, Any], token: Callable[..., str]
) -> None:
    """Whatever people write into their profiles, it is never SQL."""
    name = "O'Neil\\'; reset role; -- \u00e4\U0001f600\" \n $$"
    principal = await state["tokens"].verify(token(ALICE, user_metadata={"name": name}))

    async with transaction(database, actor_of(principal)) as session:
        found = await session.scalar(text("select auth.jwt() #>> '{user_metadata,name}'"))
        assert (await seen(session), found) == (AS_ALICE, name)


@pytest.mark.parametrize("role", ["service_role", "postgres", "anon", "none", ""])
async def test_a_principal_of_another_role_is_refused(principal: Principal, role: str) -> None:
    with pytest.raises(ValueError, match="authenticated"):
        actor_of(principal.model_copy(update={"role": role}))
