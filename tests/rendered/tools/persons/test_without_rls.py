"""Without row level security, both commands say plainly that nothing tells people apart."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from local.people import ALICE, BOB

from my_supabase_service.settings import Settings
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.persons import told
from my_supabase_service.tools.persons.explain import explanation
from my_supabase_service.tools.persons.person import Asked
from my_supabase_service.tools.persons.query import answer

CLAIMS = "select current_setting('request.jwt.claims') as claims, * from shared"


@pytest.fixture
async def shared(sql: asyncpg.Connection[Any]) -> asyncpg.Connection[Any]:
    await sql.execute(
        "create table shared (owner_id uuid); grant select, insert on shared to service_login;"
        f"insert into shared values ('{ALICE}'), ('{BOB}')"
    )
    return sql


@pytest.mark.usefixtures("shared")
async def test_a_query_shows_what_the_login_sees(settings: Settings) -> None:
    """The claims are the person's all the same, for triggers and defaults."""
    found = await answer(settings, Asked(str(ALICE)), CLAIMS)

    assert [rf"\"sub\":\"{ALICE}\"" in row for row in found.rows] == [True, True]
    assert any("this project has no row level security" in note for note in found.notes)
    with pytest.raises(Failure, match="data-modifying statement"):
        await answer(
            settings, Asked(str(ALICE)), "with a as (delete from shared returning 1) table a"
        )


async def test_an_explanation_is_about_the_login(
    settings: Settings, shared: asyncpg.Connection[Any]
) -> None:
    text = told.as_text(await explanation(settings, Asked(str(ALICE)), "shared"))

    assert text.startswith(f"{ALICE} acts as service_login; auth.uid() is null")
    assert "note      this project has no row level security" in text
    last = text.splitlines()[-1]
    assert last.endswith("only this project's code tells people apart")
    assert "row level security is off: row level security is off on public.shared" in last
    await shared.execute("revoke select on shared from service_login")
    last = told.as_text(await explanation(settings, Asked(str(ALICE)), "shared")).splitlines()[-1]
    assert "no grant: service_login has no grant to select" in last
