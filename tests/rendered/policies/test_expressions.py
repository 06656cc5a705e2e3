"""Whether Postgres' words for a condition are the declared ones, told without changing anything."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from my_supabase_service.tools.migrations.expressions import Question, compare

TABLES = """
    create table members (card_id uuid, user_id uuid, flag bool);
    create table cards (
        id uuid, owner_id uuid, title text, short varchar(9), kind kind, tags text[],
        made timestamptz, n numeric, region text
    ) {};
    create function is_member(uuid) returns bool language sql stable as
        'select exists (select from public.members where card_id = $1)';
"""

IN_ORDER = "(select distinct on ({}) t from (values ('a', 'b')) v (t, u) order by t, u)"
SUM = "(select sum(x) over (order by x rows {} preceding) from (values (1), (2)) v (x) limit 1)"

CONDITIONS = [
    "true",
    "false",
    "(select auth.uid()) = owner_id",
    "(select auth.uid()) = id",
    "(select auth.uid()) <> owner_id",
    "(select auth.jwt() ->> 'sub')::uuid = owner_id",
    "(select auth.uid()) = owner_id and (title = 'a' or title = 'b')",
    "((select auth.uid()) = owner_id and title = 'a') or title = 'b'",
    "coalesce((select auth.jwt() -> 'app_metadata' ->> 'role'), '') = 'admin'",
    "owner_id is not null",
    "title in ('a', 'b')",
    "title in ('a', 'c')",
    "short in ('a', 'b')",
    "short like 'a%'",
    "title = E'a\\'b' -- a comment",
    "title ~ '^a:b'",
    "(title collate \"C\") < 'a'",
    "case when title = 'a' then short else title end = 'c'",
    "kind = 'a'",
    "kind = 'b'",
    "tags && array['x']",
    "tags @> '{x}'",
    "n = 1",
    "n = 1.0",
    "made between '2024-01-01' and now()",
    "made > now() - interval '1 day'",
    "made > now() - interval '2 days'",
    "is_member(id)",
    "is_member(owner_id)",
    "exists (select 1 from cards c where c.id = cards.owner_id)",
    "exists (select 1 from members m where m.card_id = cards.id)",
    "exists (select 1 from members m where m.card_id = cards.owner_id)",
    "not exists (select from members where card_id = cards.id)",
    "title = 'x' or exists (select 1 from members m where m.card_id = cards.id)",
    "title = 'x' or exists (select 1 from members m where m.card_id = cards.owner_id)",
    "id in (select card_id from members where user_id = (select auth.uid()))",
    "owner_id in (select card_id from members where user_id = (select auth.uid()))",
    "id not in (select card_id from members where user_id = (select auth.uid()))",
    "title = 'x' or id in (select card_id from members)",
    "title = 'x' or owner_id in (select card_id from members)",
    "title = 'x' or id in (select id from cards)",
    "title = 'x' or owner_id in (select id from cards)",
    "(owner_id, id) in (select user_id, card_id from members)",
    "(id, owner_id) in (select user_id, card_id from members)",
    "owner_id > all (select user_id from members)",
    "owner_id > any (select user_id from members)",
    "id = any (array(select card_id from members))",
    "(select count(*) from members where card_id = cards.id) > 2",
    "(select flag from members limit 1)",
    "(select flag from members limit 2)",
    "title in (values ('a'), ('b'))",
    "title in (values ('a'), ('c'))",
    f"title in {IN_ORDER.format('t')}",
    f"title in {IN_ORDER.format('t, u')}",
    f"n > {SUM.format(1)}",
    f"n > {SUM.format(2)}",
]


@pytest.mark.parametrize("kind", ["", "partition by list (region)"])
async def test_the_same_condition_is_told_from_every_other(
    connection: AsyncConnection, sql: asyncpg.Connection[asyncpg.Record], kind: str
) -> None:
    """The tables are empty and one has no partition: what is true of no row counts as well."""
    await sql.execute("create type kind as enum ('a', 'b');" + TABLES.format(kind))
    for number, condition in enumerate(CONDITIONS):
        await sql.execute(f"create policy p{number} on cards for select using ({condition}\n)")
    rows = await sql.fetch("select policyname, qual from pg_policies where tablename = 'cards'")
    stored = {row["policyname"]: row["qual"] for row in rows}
    texts = [stored[f"p{number}"] for number in range(len(CONDITIONS))]

    questions = {
        (one, other): Question("cards", CONDITIONS[one], texts[other])
        for one in range(len(texts))
        for other in range(len(texts))
    }
    answers = await connection.run_sync(compare, questions.values())

    wrong = [
        (answers[question], question)
        for (one, other), question in questions.items()
        if (answers[question] == "same") != (one == other)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "condition",
    ["owner = 1", "title = 1", "title = ", "no_such(id)", "exists (select from nowhere)"],
)
async def test_a_condition_that_does_not_parse_is_different(
    connection: AsyncConnection, sql: asyncpg.Connection[asyncpg.Record], condition: str
) -> None:
    """It may name a column that the revision adds."""
    await sql.execute("create table cards (id uuid, title text)")
    question = Question("cards", condition, "(id IS NOT NULL)")
    same = Question("cards", "id is not null", "(id IS NOT NULL)")

    answers = await connection.run_sync(compare, [question, same])

    assert answers == {question: "different", same: "same"}


async def test_what_postgres_leaves_out_can_be_declared_in_its_words(
    connection: AsyncConnection, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute("create table cards (id int)")
    stored = "(id = ( SELECT i.i\n   FROM generate_series(1, 3) i(i)\n LIMIT (1 + 1)))"
    questions = [
        Question("cards", declared, stored)
        for declared in ("id = (select i from generate_series(1, 3) i limit 2)", stored)
    ]

    answers = await connection.run_sync(compare, questions)

    assert list(map(answers.__getitem__, questions)) == ["cannot tell", "same"]


async def test_a_login_that_may_not_read_a_table_compares_words(
    connection: AsyncConnection, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Policies bind it, or it has no grant: Postgres plans nothing for it."""
    await sql.execute("create table cards (id int, title text); grant select on cards to anon")
    await sql.execute("alter table cards enable row level security")
    await connection.execute(text("set local role anon"))
    cases = {
        "(select auth.uid()) is null": "same",
        "(select auth.uid()) is not null": "cannot tell",
    }
    stored = "(( SELECT auth.uid() AS uid) IS NULL)"
    questions = {each: Question("cards", each, stored) for each in cases}

    answers = await connection.run_sync(compare, questions.values())

    assert {each: answers[questions[each]] for each in cases} == cases
