"""What a request's transaction promises: all or nothing, on a connection that it trusts not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from asyncpg.transaction import Transaction
from httpx import AsyncClient
from sqlalchemy import text
from tests.rendered.bench.others import terminate_others

MEMO = {"title": "milk"}


@pytest.fixture
def settings(settings: Any) -> Any:
    """One connection, and little patience."""
    changes = {
        "database_pool_size": 1,
        "database_max_overflow": 0,
        "database_pool_timeout": 0.5,  # in which a busy machine can log in
        "database_statement_timeout": 0.5,
    }
    return settings.model_copy(update=changes)


@pytest.fixture
async def memos_are_locked(sql: asyncpg.Connection[asyncpg.Record]) -> Transaction:
    """Nobody reads or writes a memo while this transaction is open."""
    transaction = sql.transaction()
    await transaction.start()
    await sql.execute("lock table memos")
    return transaction


async def count(sql: asyncpg.Connection[asyncpg.Record]) -> int:
    return await sql.fetchval("select count(*) from memos")


async def test_a_statement_that_takes_too_long_is_503(
    alice: AsyncClient, memos_are_locked: Transaction
) -> None:
    answer = await alice.post("/memos", json=MEMO)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    await memos_are_locked.rollback()
    assert (await alice.post("/memos", json=MEMO)).status_code == 201


async def test_a_request_that_finds_no_connection_is_503(
    alice: AsyncClient, memos_are_locked: Transaction
) -> None:
    answers = await asyncio.gather(*(alice.post("/memos", json=MEMO) for _ in range(3)))

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    await memos_are_locked.rollback()
    assert (await alice.post("/memos", json=MEMO)).status_code == 201


async def test_a_cancelled_request_saves_nothing_and_keeps_no_connection(
    alice: AsyncClient,
    sql: asyncpg.Connection[asyncpg.Record],
    memos_are_locked: Transaction,
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await alice.post("/memos", json=MEMO)

    await memos_are_locked.rollback()
    assert await count(sql) == 0
    assert (await alice.post("/memos", json=MEMO)).status_code == 201
    assert await count(sql) == 1


async def test_a_connection_that_was_lost_while_idle_is_replaced_unnoticed(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await alice.post("/memos", json=MEMO)
    await terminate_others(sql)

    statuses = [(await alice.post("/memos", json=MEMO)).status_code for _ in range(3)]

    assert statuses == [201, 201, 201]
    assert await count(sql) == 4


POISON = """
    create temporary table memos (id int);
    set search_path = pg_catalog;
    set row_security = off;
    set default_transaction_read_only = on;
    set default_transaction_isolation = 'serializable';
    set timezone = 'Asia/Tokyo';
    set role service_role;
    set statement_timeout = 20;
"""


async def test_a_transaction_believes_nothing_that_it_finds(
    alice: AsyncClient, state: Mapping[str, Any]
) -> None:
    """Whatever another alice of a pooler left behind, it ends where our transaction begins."""
    engine = state["database"].engine
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        for statement in POISON.strip(" \n;").split(";"):
            # A login without row level security is a member of no role that it could leave behind.
            with suppress(asyncpg.InsufficientPrivilegeError):
                await driver.execute(statement)

    answer = await alice.post("/memos", json=MEMO)
    async with engine.begin() as transaction:
        found = await transaction.execute(
            text(
                "select current_user, to_regclass('memos')::oid = 'public.memos'::regclass::oid,"
                " current_setting('row_security'), current_setting('transaction_read_only'),"
                " current_setting('transaction_isolation'), current_setting('statement_timeout'),"
                " current_setting('timezone')"
            )
        )

    assert answer.status_code == 201
    who, *rest = found.one()
    assert who in ("anon", "service_login")  # with and without row level security
    assert rest == [True, "on", "off", "read committed", "500ms", "UTC"]


async def test_a_transaction_leaves_nothing_behind(
    alice: AsyncClient, state: Mapping[str, Any]
) -> None:
    await alice.post("/memos", json=MEMO)

    async with state["database"].engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert await driver.fetchval("show statement_timeout") == "0"
        assert await driver.fetchval("show role") == "none"
        assert await driver.fetchval("select current_setting('request.jwt.claims')") == ""


async def test_a_mode_that_is_asked_for_is_kept(state: Mapping[str, Any]) -> None:
    engine = state["database"].engine.execution_options(
        isolation_level="SERIALIZABLE", postgresql_readonly=True, postgresql_deferrable=True
    )
    async with engine.connect() as connection:
        found = await connection.execute(
            text(
                "select current_setting('transaction_isolation'),"
                " current_setting('transaction_read_only'),"
                " current_setting('transaction_deferrable')"
            )
        )

    assert found.one() == ("serializable", "on", "on")
