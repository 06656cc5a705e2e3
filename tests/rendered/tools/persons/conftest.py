"""A table of two people's rows, and a query as one of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from local.people import ALICE, BOB

from my_supabase_service.settings import Settings
from my_supabase_service.tools.persons.person import Asked
from my_supabase_service.tools.persons.query import Answer, answer

SECRETS = f"""
    create table secrets (id int primary key, owner_id uuid not null, word text not null);
    insert into secrets values (1, '{ALICE}', 'of alice'), (2, '{BOB}', 'of bob');
    create sequence counter;
"""
OPENED = """
    alter table secrets enable row level security;
    grant select, insert, update, delete on secrets to authenticated;
    grant usage, select on sequence counter to authenticated;
    create policy own on secrets to authenticated
        using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
"""


@pytest.fixture
async def secrets(sql: asyncpg.Connection[Any]) -> asyncpg.Connection[Any]:
    """One row of Alice's and one of Bob's; each sees their own."""
    await sql.execute(SECRETS + OPENED)
    return sql


@pytest.fixture
def ask(settings: Settings) -> Callable[..., Awaitable[Answer]]:
    """Run a query as somebody, Alice unless another is named."""

    async def ask(query: str, user: str = str(ALICE), claims: str | None = None) -> Answer:
        return await answer(settings, Asked(user, claims), query)

    return ask
