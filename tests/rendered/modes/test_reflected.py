"""Tables that no model describes, in each pooling mode: the caller's rows, as columns come."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from fastapi import APIRouter, FastAPI
from httpx import AsyncClient
from tests.rendered.shape import HAS_RLS

from my_supabase_service.supabase import ReadOnlySession, query, reflected

router = APIRouter()


@router.get("/orders")
async def list_orders(session: ReadOnlySession) -> list[dict[str, Any]]:
    orders = await reflected(session, "public.orders")
    return [*(await query(session, orders).order_by(orders.c.id).load())]


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    app.include_router(router)
    return app


@pytest.fixture
async def orders(sql: asyncpg.Connection[asyncpg.Record]) -> None:
    """One order of Alice, and one of Bob."""
    await sql.execute("""
        create table orders (id int primary key, email text, owner_id uuid references auth.users);
        grant select on orders to authenticated, service_login;
        insert into orders select 1, email, id from auth.users where email like 'alice@%';
        insert into orders select 2, email, id from auth.users where email like 'bob@%';
    """)
    if HAS_RLS:
        await sql.execute("""
            alter table orders enable row level security;
            create policy mine on orders for select to authenticated
            using ((select auth.uid()) = owner_id)
        """)


@pytest.mark.usefixtures("orders")
async def test_callers_find_their_rows_in_a_table_without_a_model(
    alice: AsyncClient, bob: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    expected = {alice: [1], bob: [2]} if HAS_RLS else {alice: [1, 2], bob: [1, 2]}
    for client, ids in expected.items():
        assert [row["id"] for row in (await client.get("/orders")).json()] == ids

    await sql.execute("alter table orders add column total int default 7")

    for client, ids in expected.items():
        answer = (await client.get("/orders")).json()
        assert [(row["id"], row["total"]) for row in answer] == [(number, 7) for number in ids]
