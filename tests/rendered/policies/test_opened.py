"""What autogenerate makes of tables without row level security: open to the login alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.ext.asyncio import AsyncConnection

from my_supabase_service.supabase.tables.policies import (
    API_ROLES,
    Grant,
    Policy,
    Security,
    secure,
)
from my_supabase_service.tools.migrations.policies.catalogue import read

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
State = Callable[[], Awaitable[Security]]

LOGIN = "service_login"
USUAL = {Grant(LOGIN, privilege) for privilege in ("select", "insert", "update", "delete")}
UNDER_RLS = """
    revoke all on cards from {login}, public;
    grant select, insert (title), update (title) on cards to authenticated, service_role;
    grant select on cards to anon;
    alter table cards enable row level security, force row level security;
    create policy "everybody reads" on cards for select to anon, authenticated using (true);
    create policy "nobody writes" on cards as restrictive for update to authenticated using (false)
"""
"""How a project with row level security leaves a table."""


@pytest.fixture
def state(connection: AsyncConnection) -> State:
    """Tell how the table `cards` is secured, for the login too."""

    async def state() -> Security:
        every = await connection.run_sync(read, {*API_ROLES, "public", LOGIN})
        await connection.rollback()
        return every["public", "cards"]

    return state


def cards() -> MetaData:
    metadata = MetaData()
    columns = Column("id", Integer, primary_key=True), Column("title", Text)
    Table("cards", metadata, *columns)
    return metadata


def declared(**grants: str) -> MetaData:
    """Declare the cards as a project did that had row level security."""
    metadata = cards()
    policy = Policy("everybody reads", "select", using="true", to=("anon", "authenticated"))
    secure(metadata.tables["cards"], policy, grants=grants)
    return metadata


async def test_a_new_table_comes_with_grants_to_the_login_alone(
    act: Act, revise: Revise, state: State, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute("alter default privileges in schema public grant all on tables to anon")

    text = await revise(cards())

    assert "grant select, insert, update, delete on table cards to service_login" in text
    assert await state() == Security(grants=frozenset(USUAL), enabled=False, forced=False)
    await act(cards(), "check")


async def test_a_table_that_was_under_row_level_security_opens_in_one_revision_and_closes_again(
    act: Act, revise: Revise, state: State, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await revise(cards())
    await sql.execute(UNDER_RLS.format(login=LOGIN))
    await sql.execute("insert into cards (title) values ('milk')")
    before = await state()

    await revise(cards())

    assert await state() == Security(grants=frozenset(USUAL), enabled=False, forced=False)
    await act(cards(), "check")
    await act(cards(), "downgrade", "-1")
    after = await state()
    assert {*after.policies} == {*before.policies}
    assert (after.grants, after.enabled, after.forced) == (before.grants, True, True)
    assert await sql.fetchval("select count(*) from cards") == 1


async def test_what_was_declared_for_the_api_is_granted_to_the_login(
    act: Act,
) -> None:
    """By column, too; a declaration that waits for row level security does nothing else."""
    grants = {"anon": "select", "authenticated": "select (id), insert (title)", "auditor": "select"}
    metadata = declared(**grants)

    await act(cards(), "upgrade", "head")
    text = await act(metadata, "revision", autogenerate=True, message="cards")

    assert "grant select, insert (title) on table cards to service_login" in text
    assert "grant select on table cards to auditor" in text
    assert "policy" not in text
    assert "row level security" not in text


async def test_grants_that_a_migration_decided_are_left_as_they_are(
    act: Act, revise: Revise, state: State, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """So are policies of a table that the login may use: somebody made both by hand."""
    await revise(cards())
    await sql.execute("revoke insert, delete on cards from service_login")
    await sql.execute("alter table cards enable row level security")
    await sql.execute("create policy mine on cards using (true)")
    before = await state()

    await act(cards(), "check")

    assert await state() == before


async def test_a_table_that_the_login_cannot_use_is_found(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await revise(cards())
    await sql.execute("revoke all on cards from service_login")

    with pytest.raises(CommandError, match="grant select, insert, update, delete"):
        await act(cards(), "check")
