"""A schema of one's own comes with its tables, and so does a sequence with the key it counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, Integer, MetaData, Table

from my_supabase_service.supabase import function
from my_supabase_service.supabase.tables.policies import Policy, secure

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
Sql = asyncpg.Connection


def shop() -> MetaData:
    """Return a table in a schema that is not there yet."""
    metadata = MetaData()
    table = Table("Orders", metadata, Column("id", Integer, primary_key=True), schema="shop")
    rule = Policy("orders: all", "insert", check="true", to="authenticated")
    seen = Policy("orders: seen", "select", using="true", to="authenticated")
    secure(table, rule, seen, grants={"authenticated": "select, insert", "service_role": "select"})
    return metadata


async def test_it_is_made_with_its_first_table_and_open_to_whom_that_is_for(
    act: Act, revise: Revise, sql: Sql[asyncpg.Record]
) -> None:
    text = await revise(shop())

    assert text.index("create schema shop") < text.index("op.create_table")
    await act(shop(), "check")
    async with sql.transaction():
        await sql.execute("set local role authenticated")
        assert await sql.fetchval('insert into shop."Orders" default values returning id') == 1
    usage = "select role from unnest($1::text[]) role where has_schema_privilege(role, 'shop', $2)"
    roles = [["anon", "authenticated", "service_role"], "usage"]
    assert [row[0] for row in await sql.fetch(usage, *roles)] == ["authenticated", "service_role"]
    await act(shop(), "downgrade", "-1")
    assert not await sql.fetchval("select to_regnamespace('shop')")
    await act(shop(), "upgrade", "head")
    await act(shop(), "check")


async def test_it_is_made_for_a_function_alone(
    act: Act, revise: Revise, sql: Sql[asyncpg.Record]
) -> None:
    metadata = MetaData()
    function("greeted", "select 1", returns="int", schema="crm", execute="anon", metadata=metadata)

    await revise(metadata)

    await act(metadata, "check")
    async with sql.transaction():
        await sql.execute("set local role anon")
        assert await sql.fetchval("select crm.greeted()") == 1
    await revise(MetaData())
    assert not await sql.fetchval("select to_regprocedure('crm.greeted()')")


async def test_the_sequence_of_a_table_that_comes_back_is_open_again(
    act: Act, revise: Revise, sql: Sql[asyncpg.Record], caplog: pytest.LogCaptureFixture
) -> None:
    await revise(shop())
    caplog.clear()

    text = await revise(MetaData())

    assert "op.drop_table('Orders'" in text
    # A table that goes is nothing to decide on.
    told = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert [each for each in told if "Orders" in each] == []
    await act(MetaData(), "downgrade", "-1")
    can = "select has_sequence_privilege('authenticated', 'shop.\"Orders_id_seq\"', 'usage')"
    assert await sql.fetchval(can)


@pytest.mark.parametrize(
    "change",
    [
        "revoke usage on schema shop from authenticated",
        "grant usage on schema shop to anon",
        'revoke usage on sequence shop."Orders_id_seq" from authenticated',
        'grant select on sequence shop."Orders_id_seq" to anon',
    ],
)
async def test_a_grant_that_was_changed_past_it_is_put_right(
    act: Act, revise: Revise, sql: Sql[asyncpg.Record], change: str
) -> None:
    await revise(shop())
    await sql.execute(change)

    with pytest.raises(CommandError, match="shop"):
        await act(shop(), "check")
    await revise(shop())

    await act(shop(), "check")
