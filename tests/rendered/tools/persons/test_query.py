"""`sql --as`: what a query answers to one person, as the service would have it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from local.people import ALICE, BOB, email_of

from my_supabase_service.settings import Settings
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.persons.query import Answer

Ask = Callable[..., Awaitable[Answer]]


async def words(ask: Ask, user: str) -> list[str]:
    found = await ask("select word from secrets order by id", user)
    return [json.loads(row)["word"] for row in found.rows]


@pytest.mark.usefixtures("secrets")
async def test_each_person_sees_their_own_rows(ask: Ask) -> None:
    """By email in any case of letters, or by id; whoever has no grant is told so."""
    assert await words(ask, "ALICE@example.com") == ["of alice"]
    assert await words(ask, str(BOB)) == ["of bob"]
    with pytest.raises(Failure, match="permission denied for table secrets"):
        await words(ask, "anon")


async def test_it_acts_with_the_claims_of_a_token(ask: Ask) -> None:
    """As the database knows them, and with those that are named on top."""
    query = "select auth.uid() as uid, auth.email(), current_user as role, auth.jwt()"
    row = json.loads((await ask(query, email_of("alice"), '{"org_id": "42"}')).rows[0])

    assert (row["uid"], row["email"]) == (str(ALICE), "alice@example.com")
    assert row["role"] == row["jwt"]["role"] == "authenticated"
    assert row["jwt"]["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert row["jwt"]["org_id"] == "42"


@pytest.mark.parametrize(
    ("user", "claims", "sentence"),
    [
        ("nobody@example.com", None, "there is no user nobody@example.com in auth.users"),
        ("00000000-0000-4000-8000-00000000000f", None, "there is no user 00000000"),
        ("alice", None, "takes an email, a UUID of auth.users, or anon"),
        ("anon", '{"a": 1}', "anon has no token"),
        (str(ALICE), "[1]", "no JSON object"),
        (str(ALICE), "{", "no JSON object"),
        (str(ALICE), '{"role": "service_role"}', "the service refuses a token.*role"),
        (str(ALICE), '{"sub": "bob"}', "the service refuses a token.*sub"),
        (str(ALICE), r'{"a": "\u0000"}', "the character 0"),
    ],
)
async def test_whoever_is_nobody_is_told_so(
    ask: Ask, user: str, claims: str | None, sentence: str
) -> None:
    with pytest.raises(Failure, match=sentence):
        await ask("select 1", user, claims)


@pytest.mark.usefixtures("secrets")
async def test_a_login_that_may_not_read_people_takes_their_ids(
    settings: Settings, ask: Ask
) -> None:
    """The service's own login knows nobody, so an email is refused and an id is believed."""
    settings.migrations_database_url = None

    assert await words(ask, str(ALICE)) == ["of alice"]
    assert any("only the UUID is known" in note for note in (await ask("select 1")).notes)
    with pytest.raises(Failure, match="set MIGRATIONS_DATABASE_URL"):
        await ask("select 1", email_of("alice"))


async def test_who_is_banned_is_told(sql: asyncpg.Connection[Any], ask: Ask) -> None:
    await sql.execute("update auth.users set banned_until = 'infinity' where id = $1", ALICE)

    assert any("banned or deleted" in note for note in (await ask("select 1")).notes)


async def test_rows_are_printed_as_a_table_and_as_json(ask: Ask) -> None:
    """Without what would move the cursor, and with every number as Postgres wrote it."""
    query = """
        select 12345678901234567890.123456789 as n, null as "none", E'a\\x1b[2J' as "text",
               '{"a": [1, {}]}'::jsonb as doc, 'infinity'::timestamptz as ever, 1 as answered
        union all select 1, 'x', 'y', '[]', '-infinity', 2; -- with a comment"""
    query = query.partition(";")[0]
    found = await ask(query)
    lines = found.as_text().splitlines()

    assert lines[0].split() == ["n", "none", "text", "doc", "ever", "answered"]
    assert lines[2].startswith("12345678901234567890.123456789  null")
    assert r"a\x1b[2J" in lines[2]
    assert '{"a": ["1", {}]}' in lines[2]
    assert lines[-1] == "(2 rows)"
    assert "12345678901234567890.123456789" in found.as_json()
    assert json.loads(found.as_json())[1]["ever"] == "-infinity"


async def test_columns_of_one_name_are_a_table_and_no_json(ask: Ask) -> None:
    found = await ask("select 1, 2 -- a comment may end it")

    assert found.as_text().splitlines()[2].split() == ["1", "2"]
    with pytest.raises(Failure, match="name one of them"):
        found.as_json()


async def test_more_rows_than_are_printed_are_told(ask: Ask) -> None:
    found = await ask("select * from generate_series(1, 100000)")

    assert len(found.rows) == 1000
    assert any("more rows" in note for note in found.notes)
    assert (await ask("select 1 where false")).rows == []


async def test_a_query_that_takes_too_long_is_ended(settings: Settings, ask: Ask) -> None:
    settings.database_statement_timeout = 0.2

    with pytest.raises(Failure, match=r"took longer than 0\.2 s"):
        await ask("select pg_sleep(5)")
