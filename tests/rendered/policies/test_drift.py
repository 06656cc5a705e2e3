"""What `alembic check` finds that was done past the migrations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid

from my_supabase_service.supabase.tables.policies import Policy, Security, secure

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
State = Callable[[], Awaitable[Security]]
OWN = "(select auth.uid()) = owner_id"


def cards(using: str = OWN, **grants: str) -> MetaData:
    """Declare a table of cards."""
    metadata = MetaData()
    owner = Column("owner_id", Uuid)
    table = Table(
        "cards", metadata, Column("id", Uuid, primary_key=True), owner, Column("title", Text)
    )
    secure(
        table,
        Policy("owners read", "select", using=using),
        Policy("owners change", "update", using=OWN, check=OWN),
        grants={"authenticated": "select, update (title)", "service_role": "select", **grants},
    )
    return metadata


DRIFT = {
    "a policy for everyone": "create policy open on cards for select using (true)",
    "a policy for every command": "create policy open on cards to authenticated using (true)",
    "a policy that is gone": 'drop policy "owners read" on cards',
    "another condition": 'alter policy "owners read" on cards using (true)',
    "another check": 'alter policy "owners change" on cards with check (true)',
    "no check": """drop policy "owners change" on cards;
        create policy "owners change" on cards for update to authenticated
        using ((select auth.uid()) = owner_id)""",
    "another role": 'alter policy "owners read" on cards to anon',
    "public": 'alter policy "owners read" on cards to public',
    "another name": 'alter policy "owners read" on cards rename to owners',
    "disabled": "alter table cards disable row level security",
    "not forced": "alter table cards no force row level security",
    "a grant": "grant select on cards to anon",
    "truncate": "grant truncate on cards to authenticated",
    "everything": "grant all on cards to service_role",
    "a grant that is gone": "revoke select on cards from authenticated",
    "a grant to PUBLIC": "grant select on cards to public",
    "a column": "grant update (owner_id) on cards to authenticated",
    "a column to PUBLIC": "grant select (title) on cards to public",
    "a column that is gone": "revoke update (title) on cards from authenticated",
    "the right to pass it on": "grant select on cards to authenticated with grant option",
}


@pytest.mark.parametrize("drift", DRIFT)
async def test_what_was_done_past_the_migrations_is_drift(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record], drift: str
) -> None:
    """In the dashboard, for example."""
    await revise(metadata := cards())
    await sql.execute(DRIFT[drift])

    with pytest.raises(CommandError, match="'found', 'cards'"):
        await act(metadata, "check")


async def test_drift_is_mended_by_a_revision_and_comes_back_with_its_undoing(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record], state: State
) -> None:
    await revise(metadata := cards())
    was = await state()
    for statement in DRIFT.values():
        if "owners" not in statement:
            await sql.execute(statement.replace("policy open", f"policy p{len(statement)}"))
    drifted = await state()

    await revise(metadata)

    await act(metadata, "check")
    assert await state() == was
    await act(metadata, "downgrade", "-1")
    assert await state() == drifted


async def test_a_condition_that_postgres_shows_too_little_of_is_declared_in_its_words(
    act: Act, revise: Revise, state: State, caplog: pytest.LogCaptureFixture
) -> None:
    """A plan does not show the number of LIMIT, so other words for it may mean something else."""
    some = "(select i = 1 from generate_series(1, 3) i limit 1 + 1)"
    await revise(metadata := cards(using=some))
    (_, policy) = (await state()).policies

    with pytest.raises(CommandError, match="limit 1 "):
        await act(metadata, "check")

    assert policy.using is not None
    assert policy.using in caplog.text
    await act(cards(using=policy.using), "check")


async def test_a_table_that_nobody_decided_on_is_closed(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record], state: State
) -> None:
    metadata = MetaData()
    Table("cards", metadata, Column("id", Integer, primary_key=True))
    await sql.execute("alter default privileges grant all on tables to anon, public")

    await revise(metadata)

    assert await state() == Security()
    await sql.execute("grant select on cards to anon")
    with pytest.raises(CommandError, match="grant select on table cards to anon"):
        await act(metadata, "check")


async def test_a_role_that_is_declared_anywhere_is_watched_everywhere(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute("drop role if exists loader; create role loader")
    metadata = cards(loader="insert, truncate")
    other = Table("others", metadata, Column("id", Integer, primary_key=True))
    secure(other)
    await revise(metadata)
    await act(metadata, "check")

    await sql.execute("grant select on others to loader")

    with pytest.raises(CommandError, match=r"revoke all on table others from .*, loader"):
        await act(metadata, "check")
    await sql.execute("revoke all on cards, others from loader; drop role loader")
