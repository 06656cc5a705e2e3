"""Each planted cause, and what a write is asked, on the oldest and the newest Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from local.people import ALICE, BOB
from local.postgres import Postgres
from tests.rendered.bench.versions import installed
from tests.rendered.tools.persons.conftest import OPENED, SECRETS
from tests.rendered.tools.persons.planted_reads import READS, Planted
from tests.rendered.tools.persons.planted_writes import WRITES
from tests.rendered.tools.persons.test_causes import BEFORE
from tests.rendered.tools.persons.test_demands import ALSO, DEMANDING

from my_supabase_service.supabase.database.actor import NOBODY
from my_supabase_service.supabase.database.begin import transaction_state
from my_supabase_service.tools.persons.explain import Explanation, explained
from my_supabase_service.tools.persons.looking import LOGIN, Looking, become
from my_supabase_service.tools.persons.person import ANON, Person, claims_of, person_of
from my_supabase_service.tools.persons.told import as_text

PLANTED = READS | WRITES
TOKEN = {"sub": str(ALICE), "role": "authenticated", "aud": "authenticated", "aal": "aal1"}
PEOPLE = f"insert into auth.users (id) values ('{ALICE}'), ('{BOB}');"
STATE = {**LOGIN.state(), **transaction_state(statement_timeout=5, application_name="doctor")}


@pytest.mark.parametrize("version", [*installed()][:: len(installed()) - 1])
def test_each_cause_is_told(server: Callable[[str], Postgres], version: str) -> None:
    """In a transaction that plants it, looks, and is rolled back."""
    told = asyncio.run(told_by(server(version)))

    assert told == {
        **{name: (it.cause, []) for name, it in PLANTED.items()},
        **{command: ("fine", ALSO[command]) for command in ALSO},
    }


async def told_by(server: Postgres) -> dict[str, tuple[str, list[str]]]:
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        return await all_told(connection)
    finally:
        await connection.close()


async def all_told(connection: asyncpg.Connection[Any]) -> dict[str, tuple[str, list[str]]]:
    found: dict[str, tuple[str, list[str]]] = {}
    for name, planted in PLANTED.items():
        explanation = await look(connection, planted)
        assert explanation.verdict
        last = as_text(explanation).splitlines()[-1]
        lacking = [words for words in planted.says if words not in last]
        found[name] = explanation.verdict.cause, lacking
    demanding = await look(connection, Planted(DEMANDING, "", ()))
    for command in ALSO:
        verdict = demanding.verdicts[command]
        found[command] = verdict.cause, [*verdict.also]
    return found


async def look(connection: asyncpg.Connection[Any], planted: Planted) -> Explanation:
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    await connection.execute(PEOPLE + SECRETS + OPENED + BEFORE + planted.sql)
    await connection.execute("set local transaction_read_only = on")
    await become(connection, STATE)
    person = (
        Person(ANON, NOBODY, {})
        if planted.user == ANON
        else person_of(planted.user, TOKEN | claims_of(planted.claims), (), who="doctor")
    )
    looking = Looking(connection, "postgres")
    found = await explained(looking, person, planted.table, planted.command)
    await transaction.rollback()
    return found
