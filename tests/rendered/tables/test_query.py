"""A query that runs once, when it is asked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tests.rendered.memos.model import Memo

from my_supabase_service.supabase import NotFound, query
from my_supabase_service.supabase.tables.query import LazyQuery

TITLES = ["a", "b", "c", "d", "e"]


@pytest.fixture
async def session(
    sql: asyncpg.Connection[asyncpg.Record], owner_url: str
) -> AsyncGenerator[AsyncSession]:
    await sql.execute(
        "insert into memos (owner_id, title) select id, title"
        " from unnest($1::text[]) title, (select id from auth.users limit 1) owner",
        TITLES,
    )
    url = sa.make_url(owner_url).set(drivername="postgresql+asyncpg", query={})
    engine = create_async_engine(url)
    async with AsyncSession(engine) as session:
        yield session
    await engine.dispose()


@pytest.fixture
def sent(session: AsyncSession) -> list[str]:
    """What has been sent to Postgres so far."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    return statements


@pytest.fixture
def memos(session: AsyncSession) -> LazyQuery[Memo]:
    return query(session, Memo).order_by(Memo.title)


async def test_nothing_is_sent_before_it_is_asked_for_and_then_once(
    memos: LazyQuery[Memo], sent: list[str]
) -> None:
    few = memos.where(Memo.title > "b").limit(2)
    assert sent == []

    assert [memo.title for memo in await few.load()] == ["c", "d"]
    assert [memo.title for memo in await few.load()] == ["c", "d"]

    assert len(sent) == 1


QUESTIONS: list[Callable[[LazyQuery[Memo]], Any]] = [
    lambda memos: memos.load(),
    lambda memos: memos.first(),
    lambda memos: memos.where(Memo.title == "a").one(),
    lambda memos: memos.count(),
    lambda memos: memos.exists(),
    lambda memos: memos.page(None, 2),
]


@pytest.mark.parametrize("ask", QUESTIONS[:2] + QUESTIONS[3:])
async def test_each_answer_is_remembered(
    memos: LazyQuery[Memo], sent: list[str], ask: Callable[[LazyQuery[Memo]], Any]
) -> None:
    assert await ask(memos) == await ask(memos)

    assert len(sent) == 1


async def test_rows_that_were_loaded_answer_the_rest(
    memos: LazyQuery[Memo], sent: list[str]
) -> None:
    rows = await memos.load()

    assert (await memos.first(), await memos.count(), await memos.exists()) == (rows[0], 5, True)
    assert len(sent) == 1


async def test_what_narrows_a_query_returns_another(memos: LazyQuery[Memo]) -> None:
    none = memos.where(Memo.title == "z")

    assert (await none.count(), await none.exists(), await none.first()) == (0, False, None)
    assert (await memos.count(), await memos.limit(3).count()) == (5, 3)
    assert await memos.exists()
    assert not await memos.limit(0).exists()
    assert await memos.limit(0).first() is None


async def test_one_is_one(memos: LazyQuery[Memo]) -> None:
    """None is what a client asked for and may not see; more are a mistake in the query."""
    assert (await memos.where(Memo.title == "c").one()).title == "c"
    with pytest.raises(NotFound):
        await memos.where(Memo.title == "z").one()
    with pytest.raises(MultipleResultsFound):
        await memos.one()


async def test_a_select_of_one_column_is_a_query_of_values(session: AsyncSession) -> None:
    lower = sa.func.lower(Memo.title, type_=sa.Text)
    titles = query(session, sa.select(Memo.title)).order_by(lower.desc())

    assert await titles.load() == TITLES[::-1]
    page = await titles.page(None, 2)
    assert (page.items, (await titles.page(page.next_cursor, 9)).items) == (
        ["e", "d"],
        ["c", "b", "a"],
    )


async def test_equal_values_are_of_several_rows(session: AsyncSession) -> None:
    """One answer says as many as another."""
    lengths = query(session, sa.select(sa.func.length(Memo.title, type_=sa.Integer)))

    assert [*await lengths.load()] == [1] * 5
    assert [length async for length in lengths.stream()] == [1] * 5
    owners = query(session, sa.select(Memo.owner_id))
    assert len(await owners.load()) == len((await owners.page()).items) == 5


async def test_a_table_is_a_query_of_dictionaries(session: AsyncSession) -> None:
    table = sa.Table("memos", sa.MetaData(), sa.Column("id", sa.Uuid, primary_key=True))
    table.append_column(sa.Column("title", sa.Text))
    rows = query(session, table).order_by(table.c.title)

    page = await rows.page(None, 2)

    assert [row["title"] for row in page.items] == ["a", "b"]
    assert set(page.items[0]) == {"id", "title"}
    assert await rows.first() == page.items[0]
    assert [row["title"] async for row in rows.stream(2)] == TITLES


async def test_a_stream_hands_out_every_row_a_batch_at_a_time(memos: LazyQuery[Memo]) -> None:
    assert [memo.title async for memo in memos.stream(2)] == TITLES
    assert [memo.title async for memo in memos.limit(3).stream()] == TITLES[:3]


async def test_pages_lead_forward_and_back(memos: LazyQuery[Memo]) -> None:
    first = await memos.page(None, 2)
    second = await memos.page(first.next_cursor, 2)
    third = await memos.page(second.next_cursor, 2)
    back = await memos.page(third.previous_cursor, 2)
    start = await memos.page(back.previous_cursor, 2)

    assert [memo.title for memo in third.map(lambda memo: memo).items] == ["e"]
    assert (first.previous_cursor, third.next_cursor) == (None, None)
    assert back.items == second.items
    assert start.items == first.items
    assert (start.previous_cursor, start.next_cursor) == (None, first.next_cursor)


KEYLESS = sa.Table("keyless", sa.MetaData(), sa.Column("x", sa.Text))
MISTAKES: list[tuple[str, Callable[[LazyQuery[Memo]], Any]]] = [
    (r"leave out \.limit\(\)", lambda memos: memos.limit(3).page()),
    ("one row or more", lambda memos: memos.page(None, 0)),
    ("order by columns, such as", lambda memos: memos.order_by(sa.text("title")).page()),
    ("its type is not known", lambda memos: memos.order_by(sa.func.f(Memo.title)).page()),
    ("keyless has no primary key", lambda memos: query(memos.session, KEYLESS).page()),
    ("a page is of one", lambda memos: query(memos.session, sa.select(sa.func.now())).page()),
]


@pytest.mark.parametrize(("sentence", "ask"), MISTAKES)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    memos: LazyQuery[Memo], sentence: str, ask: Callable[[LazyQuery[Memo]], Any]
) -> None:
    with pytest.raises(ValueError, match=sentence):
        await ask(memos)


@pytest.mark.parametrize("method", ["order_by", "limit"])
async def test_a_select_leaves_order_and_limit_to_the_query(
    session: AsyncSession, method: str
) -> None:
    rows = {"order_by": sa.select(Memo).order_by(Memo.id), "limit": sa.select(Memo).limit(1)}

    with pytest.raises(ValueError, match=rf"after query\(\.\.\.\): .*\.{method}"):
        query(session, rows[method])


async def test_a_select_has_no_offset(session: AsyncSession) -> None:
    with pytest.raises(ValueError, match=r"leave out \.offset\(\)"):
        query(session, sa.select(Memo).offset(1))
