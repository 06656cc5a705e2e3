"""`doctor --as`: each cause is told from every other one, and looking changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg
import pytest
from anyio import to_thread
from local.people import ALICE, email_of
from pydantic import SecretStr
from sqlalchemy import make_url
from tests.rendered.tools.persons.planted_reads import READS
from tests.rendered.tools.persons.planted_writes import WRITES

from my_supabase_service.settings import Settings
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.persons import told
from my_supabase_service.tools.persons.explain import Explanation, explanation
from my_supabase_service.tools.persons.person import Asked

PLANTED = READS | WRITES

Explain = Callable[..., Awaitable[Explanation]]

BEFORE = "create sequence hidden_numbers;"
# Not a number that the cluster hands out: autovacuum takes some, whenever it likes.
CONTENTS = """
    select (select jsonb_agg(row(oid, xmin::text, relacl::text) order by oid) from pg_class)::text,
           (select jsonb_agg(row(oid, xmin::text) order by oid) from pg_policy)::text,
           (select jsonb_agg(row(oid, xmin::text) order by oid) from pg_proc)::text,
           (select jsonb_agg(row(s.*, ctid, xmin::text, xmax::text)) from secrets s)::text,
           (select row(last_value, is_called)::text from counter)
"""


@pytest.fixture
def explain(settings: Settings) -> Explain:
    async def explain(
        user: str = str(ALICE),
        table: str | None = "secrets",
        *,
        claims: str | None = None,
        command: str = "select",
    ) -> Explanation:
        return await explanation(settings, Asked(user, claims), table, command=command)

    return explain


@pytest.mark.parametrize("name", PLANTED)
async def test_a_cause_is_told(
    secrets: asyncpg.Connection[Any], explain: Explain, name: str
) -> None:
    """By the last line alone, which no other cause has."""
    planted = PLANTED[name]
    await secrets.execute(BEFORE + planted.sql)
    before = await secrets.fetchrow(CONTENTS)

    found = await explain(
        planted.user, planted.table, claims=planted.claims, command=planted.command
    )
    last = told.as_text(found).splitlines()[-1]

    assert last.startswith(f"verdict: {planted.command}: {planted.cause}: "), last
    assert [words for words in planted.says if words not in last] == []
    others = {it.cause for it in PLANTED.values()} - {planted.cause}
    assert [it for it in others if last.startswith(f"verdict: {planted.command}: {it}: ")] == []
    assert await secrets.fetchrow(CONTENTS) == before


async def test_all_tables_of_the_project_are_listed(
    secrets: asyncpg.Connection[Any], explain: Explain
) -> None:
    """Each in a line that says what the person reads of it; Supabase's own are left out."""
    await secrets.execute(
        "create table closed (id int); create table asks (id int);"
        "grant select on asks to authenticated; alter table asks enable row level security;"
        "create policy itself on asks using (exists (select from asks))"
    )

    lines = told.as_text(await explain(table=None)).splitlines()

    assert lines[0] == f"{ALICE} acts as authenticated; auth.uid() is {ALICE}"
    assert any(re.match(r"ok +public\.secrets +.* sees 1 of 2 rows", line) for line in lines)
    assert any(re.match(r"FAIL +public\.closed +.*no grant to select", line) for line in lines)
    assert any(re.match(r"FAIL +public\.asks +.*infinite recursion", line) for line in lines)
    assert not any("auth." in line.split()[1] for line in lines[4:])


async def test_the_details_say_what_each_policy_lets_through(
    secrets: asyncpg.Connection[Any], explain: Explain
) -> None:
    await secrets.execute("create policy other on secrets for select to service_role using (true)")
    text = told.as_text(await explain(email_of("alice"), claims='{"org_id": "x\\u001b[2J"}'))

    assert "public.secrets    table of postgres; row level security is on" in text
    assert "policy    own: permissive, for all, to authenticated\n" in text
    assert "using holds for 1 of 2 rows: (owner_id = ( SELECT auth.uid() AS uid))" in text
    assert "check of a new row of theirs holds for 2 of 2 rows" in text
    assert "policy    other: permissive, for select, to service_role, not to authenticated" in text
    assert "grants    select insert update delete" in text
    assert "\x1b" not in text


async def test_programs_get_the_same_as_data(secrets: object, explain: Explain) -> None:
    del secrets
    data = json.loads(json.dumps(told.as_data(await explain(command="insert"))))

    assert data["tables"][0]["rows"] == 2
    assert data["tables"][0]["seen"] == 1
    assert data["verdict"] == data["commands"]["insert"]
    assert data["verdict"]["cause"] == "fine"


async def test_doctor_prints_it(secrets: object, settings: Settings) -> None:
    """As text and as JSON; a table without a user is no question."""
    del secrets

    def tell(user: str, *, as_json: bool) -> str:
        return told.tell(settings, Asked(user), "secrets", "insert", as_json=as_json)

    text = await to_thread.run_sync(partial(tell, str(ALICE), as_json=False))
    data = await to_thread.run_sync(partial(tell, str(ALICE), as_json=True))

    assert text.splitlines()[-1].startswith("verdict: insert: fine: ")
    assert json.loads(data)["verdict"]["fine"]
    with pytest.raises(Failure, match="whose view of secrets"):
        tell("", as_json=False)


@pytest.mark.parametrize("user", [f"{{{ALICE}}}", ALICE.hex, f" {str(ALICE).upper()} "])
async def test_a_uuid_is_taken_as_it_was_copied(
    secrets: object, explain: Explain, user: str
) -> None:
    del secrets
    assert (await explain(user)).acting.uid == str(ALICE)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"user": "nobody@example.com"}, "there is no user nobody@example.com"),
        ({"table": "secrts"}, r"there is no table secrts .*did you mean secrets\?"),
        ({"table": "twice"}, "several tables are called twice: say which of one.twice, two"),
        ({"command": "drop"}, "a command is one of select"),
        ({"claims": "1"}, "no JSON object"),
    ],
)
async def test_what_is_not_there_is_told(
    secrets: asyncpg.Connection[Any], explain: Explain, asked: dict[str, str], sentence: str
) -> None:
    await secrets.execute(
        "create schema one; create schema two; create table one.twice (); create table two.twice ()"
    )

    with pytest.raises(Failure, match=sentence):
        await explain(**asked)


async def test_a_login_that_sees_no_row_says_what_it_does_not_know(
    secrets: asyncpg.Connection[Any], settings: Settings, explain: Explain
) -> None:
    """The service's own login, where service_role has no grant, counts nothing as everything."""
    settings.migrations_database_url = None

    seeing = told.as_text(await explain()).splitlines()[-1]
    await secrets.execute("drop policy own on secrets")
    await secrets.execute("create policy team on secrets using (word = '')")
    refused = told.as_text(await explain()).splitlines()[-1]
    await secrets.execute("grant select on secrets to service_role")
    known = told.as_text(await explain()).splitlines()[-1]

    assert f"fine: {ALICE} sees 1 of an unknown number of rows" in seeing
    assert "unknown: no login at hand sees all rows" in refused
    assert "no row meets it: " in known


async def test_a_login_that_may_not_act_for_people_is_told_so(
    secrets: asyncpg.Connection[Any], settings: Settings, explain: Explain
) -> None:
    await secrets.execute("create role stranger login password 'of-this-test'")
    try:
        url = make_url(settings.migrations_database_url.get_secret_value())  # pyright: ignore[reportOptionalMemberAccess]
        stranger = url.set(username="stranger", password="of-this-test")  # noqa: S106
        settings.migrations_database_url = SecretStr(stranger.render_as_string(False))  # noqa: FBT003

        with pytest.raises(Failure, match="stranger may not act as authenticated: run `grant"):
            await explain()
    finally:
        await secrets.execute("drop role stranger")
