"""What `alembic revision --autogenerate` makes of declarations."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, Uuid

from my_supabase_service.supabase.tables.policies import Policy, Security, secure

OWN = "(select auth.uid()) = owner_id"
READ = Policy("owners read", "select", using=OWN)
CHANGE = Policy("owners change", "update", using=OWN, check=OWN)
GRANTS = {"authenticated": "select, update (title, body)", "service_role": "select"}

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
State = Callable[[], Awaitable[Security]]


def cards(
    *policies: Policy, grants: dict[str, str] | None = None, columns: str = "", force: bool = True
) -> MetaData:
    """Declare a table of cards; *columns* are more than it always has."""
    metadata = MetaData()
    Table("users", metadata, Column("id", Uuid, primary_key=True), schema="auth")
    more = [Column(name, Text) for name in columns.split()]
    owner = Column("owner_id", Uuid, ForeignKey("auth.users.id"), nullable=False)
    table = Table("cards", metadata, Column("id", Integer, primary_key=True), owner, *more)
    table.append_column(Column("title", Text))
    table.append_column(Column("body", Text))
    secure(table, *policies, grants=grants, force=force)
    return metadata


async def test_a_new_table_comes_with_its_security_in_one_revision(
    act: Act, revise: Revise, state: State, root: Path, tmp_path: Path
) -> None:
    metadata = cards(READ, CHANGE, grants=GRANTS)
    shutil.copy(root / "pyproject.toml", tmp_path)

    text = await revise(metadata)

    await act(metadata, "check")
    order = [
        "set local lock_timeout",
        "op.create_table",
        "revoke all on table cards from anon, authenticated, service_role, public",
        "grant select, update (body, title) on table cards to authenticated",
        "grant select on table cards to service_role",
        "alter table cards enable row level security, force row level security",
        'create policy "owners read" on cards\n        for select to authenticated\n',
        'create policy "owners change" on cards',
        "def downgrade",
        "set local lock_timeout",
        "drop_table",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places[:-2] == sorted(places[:-2])
    assert "import my_supabase_service" not in text
    assert max(map(len, text.splitlines())) <= 100
    now = await state()
    assert (len(now.policies), now.enabled, now.forced) == (2, True, True)

    await act(metadata, "downgrade", "-1")
    await act(metadata, "upgrade", "head")
    await act(metadata, "check")


MORE = {"authenticated": "select, update, delete", "service_role": "select"}
CHANGES = {
    "a policy is added": ((READ, CHANGE, Policy("x", "delete", using="false")), MORE),
    "a policy is removed": ((READ,), GRANTS),
    "every policy is removed": ((), GRANTS),
    "using changes": ((READ, Policy("owners change", "update", using="true", check=OWN)), GRANTS),
    "check changes": ((READ, Policy("owners change", "update", using=OWN, check="true")), GRANTS),
    "the command changes": ((CHANGE, Policy("owners read", "delete", using=OWN)), MORE),
    "it becomes restrictive": (
        (CHANGE, Policy("owners read", "select", using=OWN, restrictive=True)),
        GRANTS,
    ),
    "the roles change": (
        (CHANGE, Policy("owners read", "select", using=OWN, to=("anon", "authenticated"))),
        GRANTS | {"anon": "select"},
    ),
    "a name changes": ((CHANGE, Policy('the "owner"', "select", using=OWN)), GRANTS),
    "a grant is added": ((READ, CHANGE), GRANTS | {"anon": "select (title)"}),
    "a grant is removed": ((READ, CHANGE), {"authenticated": GRANTS["authenticated"]}),
    "a column is granted": (
        (READ, CHANGE),
        GRANTS | {"authenticated": "select, update (title, body, id)"},
    ),
    "a column is not granted": (
        (READ, CHANGE),
        GRANTS | {"authenticated": "select, update (title)"},
    ),
    "all of it is granted": ((READ, CHANGE), GRANTS | {"authenticated": "select, update"}),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_written_and_can_be_undone(
    act: Act, revise: Revise, state: State, change: str
) -> None:
    policies, grants = CHANGES[change]
    before, after = cards(READ, CHANGE, grants=GRANTS), cards(*policies, grants=grants)
    await revise(before)
    was = await state()
    with pytest.raises(CommandError, match="'declared', 'cards'"):
        await act(after, "check")

    text = await revise(after)

    assert "op.drop_table" not in text
    await act(after, "check")
    assert await state() != was
    await act(before, "downgrade", "-1")
    assert await state() == was


async def test_the_owner_may_be_exempt(revise: Revise, state: State) -> None:
    await revise(cards(READ, grants=GRANTS))

    text = await revise(cards(READ, grants=GRANTS, force=False))

    assert not (await state()).forced
    assert "alter table cards no force row level security" in text
    assert "create policy" not in text


async def test_a_policy_follows_a_new_column_and_leaves_before_an_old_one(
    act: Act, revise: Revise, state: State
) -> None:
    """Postgres refuses to drop a column that a policy reads, and a policy on none."""
    old = cards(
        Policy("p", "select", using="a = 'x'"),
        grants={"authenticated": "select, update (a)"},
        columns="a",
    )
    new = cards(
        Policy("p", "select", using="b = 'x'"),
        grants={"authenticated": "select, update (b)"},
        columns="b",
    )
    await revise(old)
    was = await state()

    await revise(new)

    await act(new, "check")
    await act(old, "downgrade", "-1")
    assert await state() == was


async def test_a_dropped_table_comes_back_as_it_was_secured(
    act: Act, revise: Revise, state: State
) -> None:
    metadata = cards(READ, CHANGE, grants=GRANTS)
    await revise(metadata)
    was = await state()

    await revise(MetaData())
    await act(metadata, "downgrade", "-1")

    assert await state() == was


TEXTS = [
    "title = 'a:b :c' or title = ':d'",
    "title like '50%' and title <> '%(x)s'",
    "title = E'\\x41' or title = '\\:e' or title = 'a\\'",
    """title = '"' or title = '''' or title = '\"\"\"'""",
    "title is not null -- and so on",
    """
    owner_id = (select auth.uid())
    and title::varchar(20) = 'a'
    and body in ('a', 'b')
    """,
    "title = 'ä – 𝄞'",
    "title = '" + "long and " * 20 + "'",
    "title = 'two\n  lines' or title = 'it''s\n'",
    "title in (select 'from a' from auth.users where id = (select auth.uid())) or title = 'or  x'",
]


@pytest.mark.parametrize("condition", TEXTS)
async def test_a_condition_arrives_as_it_was_declared(
    act: Act,
    revise: Revise,
    sql: asyncpg.Connection[asyncpg.Record],
    state: State,
    condition: str,
) -> None:
    """Through Python, Alembic and SQLAlchemy, online and written down as SQL."""
    metadata = cards(Policy("p", "select", using=condition), grants=GRANTS)
    await sql.execute("create table cards (id int, owner_id uuid, title text, body text)")
    await sql.execute(f"create policy p on cards to authenticated using ({condition}\n)")
    stored = await sql.fetchval("select qual from pg_policies where tablename = 'cards'")
    await sql.execute("drop table cards")

    await revise(metadata)

    await act(metadata, "check")
    (policy,) = (await state()).policies
    assert policy.using == stored
    await act(metadata, "downgrade", "-1")
    await sql.execute(await act(metadata, "upgrade", "8f2c61d0a4be:head", sql=True))
    assert (await state()).policies == (policy,)


async def test_names_may_need_quotes_and_a_table_a_schema_of_its_own(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute("create schema ours")
    metadata = MetaData()
    columns = [Column("user", Uuid), Column("Größe", Text)]
    table = Table("Order", metadata, *columns, schema="ours")
    condition = '(select auth.uid()) = "user"'
    grants = {"authenticated": "select, update (user, Größe)"}
    secure(table, Policy('select "all"', "select", using=condition), grants=grants)

    await revise(metadata)

    await act(metadata, "check")
    await sql.execute('grant delete on ours."Order" to anon')
    with pytest.raises(CommandError, match=r'on table ours\."Order" to anon'):
        await act(metadata, "check")
