"""Pages of rows that come and go meanwhile, with keys of several columns, and of joined tables."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from my_supabase_service.supabase import Page, query
from my_supabase_service.supabase.tables.query import LazyQuery

METADATA = sa.MetaData()
HALLS = sa.Table(
    "halls",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("city", sa.Text),
)
SEATS = sa.Table(
    "seats",
    METADATA,
    sa.Column("hall", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("price", sa.Numeric(6, 2)),
)
Seat = tuple[str, int]
ORDERS: Sequence[Sequence[sa.ColumnElement[Any]]] = [
    [],
    [SEATS.c.number.desc()],
    [SEATS.c.price],
    [SEATS.c.price.desc(), SEATS.c.number],
    [SEATS.c.price.nulls_first(), SEATS.c.hall.desc()],
]


@pytest.fixture
async def session(
    sql: asyncpg.Connection[asyncpg.Record], owner_url: str
) -> AsyncGenerator[AsyncSession]:
    await sql.execute(
        "create table halls (name text primary key, city text);"
        "create table seats (hall text, number int, price numeric,"
        " primary key (hall, number))"
    )
    url = sa.make_url(owner_url).set(drivername="postgresql+asyncpg", query={})
    engine = create_async_engine(url)
    async with AsyncSession(engine) as session:
        yield session
    await engine.dispose()


async def fill(sql: asyncpg.Connection[asyncpg.Record], chance: random.Random) -> set[Seat]:
    """Put forty seats where there were none, of few prices."""
    seats = [(hall, number) for hall in "abcd" for number in range(0, 20, 2)]
    await sql.execute("truncate seats")
    await add(sql, seats, chance)
    return set(seats)


async def add(
    sql: asyncpg.Connection[asyncpg.Record], seats: Sequence[Seat], chance: random.Random
) -> None:
    rows = [(*seat, chance.choice([None, 5, 7, 9])) for seat in seats]
    await sql.executemany("insert into seats values ($1, $2, $3)", rows)


async def remove(sql: asyncpg.Connection[asyncpg.Record], seats: Sequence[Seat]) -> None:
    await sql.executemany("delete from seats where hall = $1 and number = $2", seats)


@pytest.mark.parametrize("number", range(len(ORDERS)))
@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
async def test_a_row_that_stays_is_on_one_page_whatever_comes_and_goes(
    session: AsyncSession,
    sql: asyncpg.Connection[asyncpg.Record],
    number: int,
    *,
    backward: bool,
) -> None:
    """Between any two pages some rows are deleted, also the last one seen, and some are new."""
    chance = random.Random(number)  # noqa: S311  # the same rows each time
    there = await fill(sql, chance)
    new = [(hall, number) for hall in "abcd" for number in range(-1, 21, 2)]
    chance.shuffle(new)
    seats = query(session, SEATS).order_by(*ORDERS[number])
    page = await (end_of(seats) if backward else seats.page(None, 5))
    seen = Counter[Seat]()

    while True:
        found = [(row["hall"], row["number"]) for row in page.items]
        seen.update(found)
        cursor = page.previous_cursor if backward else page.next_cursor
        if cursor is None:
            break
        gone = [found[0 if backward else -1], *chance.sample(sorted(there), 2)]
        await remove(sql, gone)
        there -= {*gone}
        await add(sql, [new.pop(), new.pop()], chance)
        page = await seats.page(cursor, 5)

    assert {*seen.values()} == {1}
    assert there <= {*seen}
    assert len(there) > 10


async def end_of(seats: LazyQuery[dict[str, Any]]) -> Page[dict[str, Any]]:
    """Return the last page, of one seat."""
    return await seats.page((await seats.page(None, 39)).next_cursor, 39)


async def test_rows_are_in_the_order_of_what_is_joined(
    session: AsyncSession, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Also where a join finds nothing, though its column holds no null."""
    await fill(sql, random.Random(18))  # noqa: S311
    await sql.execute("insert into halls values ('a', 'Rome'), ('b', null), ('c', 'Oslo')")
    joined = sa.select(SEATS.c.number).outerjoin(HALLS, HALLS.c.name == SEATS.c.hall)
    for order in (
        [HALLS.c.city.desc(), HALLS.c.name],
        [HALLS.c.name.nulls_first(), HALLS.c.city.desc(), SEATS.c.number.desc()],
    ):
        seats = query(session, joined).order_by(*order)
        numbers: list[int] = []
        cursor = None
        while cursor or not numbers:
            page = await seats.page(cursor, 7)
            numbers += page.items
            cursor = page.next_cursor
        tie = [SEATS.c.hall, SEATS.c.number]
        if order[-1] is not HALLS.c.name:
            tie = [each.desc() for each in tie]
        expected = await session.scalars(joined.order_by(*order, *tie))
        assert numbers == [*expected]
        assert await seats.count() == len(numbers) == 40


@pytest.mark.parametrize("distinct", [True, False])
async def test_rows_that_a_join_repeats_are_on_one_page(
    session: AsyncSession, sql: asyncpg.Connection[asyncpg.Record], *, distinct: bool
) -> None:
    """Though pages may be shorter where nothing says that rows are repeated."""
    await fill(sql, random.Random(18))  # noqa: S311
    await sql.execute("insert into halls select hall, 'Rome' from seats group by hall")
    joined = sa.select(HALLS.c.name).join(SEATS, SEATS.c.hall == HALLS.c.name)
    halls = query(session, joined.distinct() if distinct else joined).order_by(HALLS.c.city)
    page = await halls.page(None, 3)
    sizes, names = [len(page.items)], page.items
    while page.next_cursor:
        page = await halls.page(page.next_cursor, 3)
        sizes, names = [*sizes, len(page.items)], names + page.items

    assert names == ["a", "b", "c", "d"]
    assert not distinct or sizes == [3, 1]
