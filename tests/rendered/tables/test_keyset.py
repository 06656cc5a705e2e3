"""Pages by any key, held against the order that Postgres itself puts all rows into."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tests.rendered.tables.orders import KINDS, ROWS, Order, make_kinds, orders

from my_supabase_service.supabase import Page, query
from my_supabase_service.supabase.tables.query import LazyQuery


@pytest.fixture
def chance() -> random.Random:
    return random.Random(18)  # noqa: S311  # the same orders each time


@pytest.fixture
async def session(
    sql: asyncpg.Connection[asyncpg.Record], owner_url: str, chance: random.Random
) -> AsyncGenerator[AsyncSession]:
    await make_kinds(sql, chance)
    url = sa.make_url(owner_url).set(drivername="postgresql+asyncpg", query={})
    engine = create_async_engine(url)
    async with AsyncSession(engine) as session:
        yield session
    await engine.dispose()


async def expected(session: AsyncSession, order: Order) -> list[int]:
    """Return the ids of all rows, put in order by Postgres alone."""
    # A tie is decided as the last column goes.
    last = str(order[-1].compile(dialect=session.get_bind().dialect)) if order else ""
    tie = KINDS.c.id.desc() if " DESC" in last else KINDS.c.id
    return list(await session.scalars(sa.select(KINDS.c.id).order_by(*order, tie)))


async def walk(rows: LazyQuery[int], limit: int, *, back: bool = False) -> list[Page[int]]:
    """Return all pages, or with *back* those before the last, from there on."""
    pages: list[Page[int]] = []
    cursor = (await walk(rows, limit))[-1].previous_cursor if back else None
    while cursor or not (pages or back):
        pages.append(await rows.page(cursor, limit))
        cursor = pages[-1].previous_cursor if back else pages[-1].next_cursor
    return pages


async def test_every_row_is_on_one_page_in_postgres_own_order(
    session: AsyncSession, chance: random.Random
) -> None:
    """For each type, in any direction, with nulls wherever; pages back are those forward."""
    for order in orders(chance, 24):
        rows = query(session, sa.select(KINDS.c.id)).order_by(*order)
        limit = chance.choice([13, 20, 29])
        said = [str(each) for each in order]
        pages = await walk(rows, limit)

        ids = [number for page in pages for number in page.items]
        assert ids == await expected(session, order), said
        assert [len(page.items) for page in pages[:-1]] == [limit] * (len(pages) - 1)
        assert len(ids) == ROWS
        again = query(session, sa.select(KINDS.c.id)).order_by(*order)
        back = await walk(again, limit, back=True)
        assert [page.model_dump_json() for page in back[::-1]] == [
            page.model_dump_json() for page in pages[:-1]
        ], said
