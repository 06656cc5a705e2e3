"""What autogenerate makes of tables without row level security: open to the login alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.ext.asyncio import AsyncConnection

from my_supabase_service.supabase.tables.functions import function
from my_supabase_service.supabase.tables.policies import (
    API_ROLES,
    Grant,
    Policy,
    Security,
    secure,
)
from my_supabase_service.supabase.tables.views import view
from my_supabase_service.tools.migrations.policies.catalogue import read

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
State = Callable[[], Awaitable[Security]]

LOGIN = "service_login"
BY_COLUMN = "select, insert (title), update (title)"
USUAL = {Grant(LOGIN, privilege) for privilege in ("select", "insert", "update", "delete")}
UNDER_RLS = """
    revoke all on cards from {login}, public;
    grant select, insert (title), update (title) on cards to authenticated, service_role;
    grant select on cards to anon;
    alter table cards enable row level security, force row level security;
    create policy "everybody reads" on cards for select to anon, authenticated using (true);
    create policy "nobody writes" on cards as restrictive for update to authenticated
        using (false) with check (false)
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
    read = Policy("everybody reads", "select", using="true", to=("anon", "authenticated"))
    write = Policy("nobody writes", "update", using="false", check="false", restrictive=True)
    secure(metadata.tables["cards"], read, write, grants=grants)
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
    """To the login alone: other roles' policies are gone, so are their grants."""
    await revise(cards())
    await sql.execute(UNDER_RLS.format(login=LOGIN))
    await sql.execute("grant select on cards to pg_monitor")
    await sql.execute("insert into cards (title) values ('milk')")
    before = await state()
    metadata = declared(anon="select", authenticated=BY_COLUMN, pg_monitor="select")

    await revise(metadata)

    by_column = {Grant(LOGIN, privilege, "title") for privilege in ("insert", "update")}
    grants = {Grant(LOGIN, "select"), *by_column}
    assert await state() == Security(grants=frozenset(grants), enabled=False, forced=False)
    assert not await sql.fetchval("select has_table_privilege('pg_monitor', 'cards', 'select')")
    await act(metadata, "check")
    await act(metadata, "downgrade", "-1")
    after = await state()
    assert {*after.policies} == {*before.policies}
    assert (after.grants, after.enabled, after.forced) == (before.grants, True, True)
    assert await sql.fetchval("select count(*) from cards") == 1


async def test_a_column_more_in_the_declaration_is_granted(revise: Revise) -> None:
    await revise(declared(anon="select", authenticated="select, insert (title), update"))

    text = await revise(declared(anon="select", authenticated="select, insert (title, id), update"))

    assert "insert (id, title)" in text


async def test_policies_that_nobody_declared_are_left_and_told(
    act: Act,
    revise: Revise,
    state: State,
    sql: asyncpg.Connection[asyncpg.Record],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await revise(cards())
    await sql.execute(UNDER_RLS.format(login=LOGIN))
    before = await state()

    await act(cards(), "check")

    assert await state() == before
    assert "cards: no policies.py names its policies" in caplog.text


async def test_what_was_declared_for_the_api_is_granted_to_the_login(
    act: Act,
) -> None:
    """By column, too; a declaration that waits for row level security does nothing else."""
    metadata = declared(anon="select", authenticated=BY_COLUMN, auditor="select")

    await act(cards(), "upgrade", "head")
    text = await act(metadata, "revision", autogenerate=True, message="cards")

    assert "grant select, insert (title), update (title) on table cards to service_login" in text
    assert "auditor" not in text.partition("grant")[2]  # its rows were bound by a policy
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


async def test_a_view_and_a_function_are_the_logins_alone(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """What is declared for a role of the API is granted to the login, as with tables."""
    metadata = cards()
    grants = {"authenticated": "select, update (title)", "anon": "select", "pg_monitor": "select"}
    view("titles", "select title from cards", grants=grants, metadata=metadata)
    function("total", "select 1", returns="int", execute="authenticated", metadata=metadata)
    view("nobodys", "select title from cards", metadata=metadata)

    await revise(metadata)

    await act(metadata, "check")
    reach = "select has_table_privilege($1, $2, 'select')"
    for role, view_, may in ((LOGIN, "titles", True), (LOGIN, "nobodys", False)):
        assert await sql.fetchval(reach, role, view_) is may
    call = "select has_function_privilege($1, 'total()', 'execute')"
    assert await sql.fetchval(call, LOGIN)
    for role in (*API_ROLES, "pg_monitor"):
        assert not await sql.fetchval(reach, role, "titles")
    for role in API_ROLES:
        assert not await sql.fetchval(call, role)
    await sql.execute("grant select on titles to anon")
    with pytest.raises(CommandError, match=r"revoke all on table public\.titles"):
        await act(metadata, "check")


async def test_what_everybody_could_call_the_login_alone_calls_then(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Also the sequence that it counts new rows by, and no role of the API."""
    await revise(cards())
    await sql.execute("create function found() returns int language sql return 1")

    await revise(cards())

    await act(cards(), "check")
    roles = [*API_ROLES, LOGIN]
    can = "select role from unnest($1::text[]) role where has_function_privilege(role, $2, $3)"
    assert [row[0] for row in await sql.fetch(can, roles, "found()", "execute")] == [LOGIN]
    can = "select role from unnest($1::text[]) role where has_sequence_privilege(role, $2, $3)"
    assert [row[0] for row in await sql.fetch(can, roles, "cards_id_seq", "usage")] == [LOGIN]
