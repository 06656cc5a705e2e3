"""Pages by any key, held against the order that Postgres itself puts all rows into."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tests.rendered.tables.orders import KINDS, ROWS, Order, make_kinds, orders

from my_supabase_service.supabase import query
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


async def walk(
    rows: LazyQuery[int], limit: int, *, back_from: str | None = None
) -> tuple[list[int], str | None]:
    """Return the ids on all pages, and the last cursor that leads back."""
    ids: list[int] = []
    cursor, previous = back_from, None
    while True:
        page = await rows.page(cursor, limit)
        found = page.items
        assert 0 < len(found) <= limit
        ids = [*found, *ids] if back_from else [*ids, *found]
        previous = page.previous_cursor
        cursor = previous if back_from else page.next_cursor
        if cursor is None:
            return ids, previous


async def test_every_row_is_on_one_page_in_postgres_own_order(
    session: AsyncSession, chance: random.Random
) -> None:
    """Forward and back, for each type, in any direction, with nulls wherever they may stand."""
    for order in orders(chance, 24):
        rows = query(session, sa.select(KINDS.c.id)).order_by(*order)
        limit = chance.choice([13, 20, 29])
        ids, back = await walk(rows, limit)
        said = [str(each) for each in order]

        assert ids == await expected(session, order), said
        assert len(ids) == ROWS
        if back is not None:
            before, _ = await walk(rows, limit, back_from=back)
            assert before == ids[: len(before)], said
            assert len(ids) - len(before) <= limit
