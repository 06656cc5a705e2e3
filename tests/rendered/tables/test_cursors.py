"""A cursor is good for the list that handed it out, character by character, and for no other."""

from __future__ import annotations

import base64
import json
import re
import string
from collections.abc import AsyncGenerator, Callable

import asyncpg
import pytest
import sqlalchemy as sa
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import aliased
from tests.rendered.memos.model import Memo

from my_supabase_service.supabase import Invalid, query
from my_supabase_service.supabase.tables.cursor import Position, decode, encode
from my_supabase_service.supabase.tables.query import LazyQuery

ALPHABET = string.ascii_letters + string.digits + "-_=.!\x00é"


@pytest.fixture
async def cursor(alice: AsyncClient) -> str:
    """Where Alice's second memo begins."""
    for title in ("one", "two"):
        await alice.post("/memos", json={"title": title})
    return (await alice.get("/memos", params={"limit": 1})).json()["next_cursor"]


async def status(client: AsyncClient, cursor: str) -> int:
    return (await client.get("/memos", params={"cursor": cursor})).status_code


async def test_a_cursor_of_somebody_else_is_422(
    alice: AsyncClient, bob: AsyncClient, cursor: str
) -> None:
    """Whose rows they are is a filter, too."""
    assert (await status(alice, cursor), await status(bob, cursor)) == (200, 422)


async def test_a_cursor_says_no_more_than_the_keys_of_a_row(
    cursor: str, alice: AsyncClient
) -> None:
    memo = (await alice.get("/memos", params={"limit": 1})).json()["items"][0]

    moment, key = json.loads(base64.urlsafe_b64decode(cursor + "=="))

    assert re.fullmatch(r"[^<>]{8}>=[\d .:+-]+", moment)
    assert key == memo["id"]


def test_every_change_of_a_character_is_refused() -> None:
    listed = "select 1 from memos where owner_id = 7 order by created_at, id"
    position = Position(("2026-01-01 00:00:00+00", "-", None, 'ä"\\', ""))
    for backward in (False, True):
        asked = Position(position.texts, backward=backward)
        cursor = encode(asked, listed)
        assert decode(cursor, listed, 5) == asked
        changed = {
            cursor[:place] + new + cursor[place + gone :]
            for place in range(len(cursor) + 1)
            for new in ("", *ALPHABET)
            for gone in (0, 1)
        } - {cursor}
        for each in changed:
            with pytest.raises(Invalid):
                decode(each, listed, 5)


@pytest.mark.parametrize("first", ["-", "", "=", ">=-", None, "a\nb", "\x00"])
def test_every_text_comes_back(first: str | None) -> None:
    position = Position((first, "x"))

    assert decode(encode(position, ""), "", 2) == position


def test_a_key_that_no_index_could_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="order by shorter columns"):
        encode(Position(("x" * 3000,)), "")


@pytest.fixture
async def memos(owner_url: str) -> AsyncGenerator[LazyQuery[Memo]]:
    url = sa.make_url(owner_url).set(drivername="postgresql+asyncpg", query={})
    engine = create_async_engine(url)
    async with AsyncSession(engine) as session:
        yield query(session, Memo).where(Memo.title.in_(["a", "b"]))
    await engine.dispose()


OTHER = aliased(Memo)
OTHERS: list[Callable[[LazyQuery[Memo]], LazyQuery[Memo]]] = [
    lambda memos: memos.order_by(Memo.title.desc()),
    lambda memos: memos.order_by(Memo.title.nulls_first()),
    lambda memos: memos.order_by(Memo.body),
    lambda memos: memos.order_by(Memo.title, Memo.body),
    lambda memos: memos.order_by(Memo.title).where(Memo.body == "x"),
    lambda memos: query(memos.session, Memo).where(Memo.title.in_(["a", "c"])).order_by(Memo.title),
    lambda memos: query(memos.session, Memo).where(Memo.title.in_(["a"])).order_by(Memo.title),
    lambda memos: query(memos.session, Memo).order_by(Memo.title),
    lambda memos: query(memos.session, sa.select(Memo).join(OTHER, sa.true())).order_by(Memo.title),
]


@pytest.mark.parametrize("other", OTHERS)
async def test_a_cursor_of_another_order_or_other_filters_is_refused(
    memos: LazyQuery[Memo],
    sql: asyncpg.Connection[asyncpg.Record],
    other: Callable[[LazyQuery[Memo]], LazyQuery[Memo]],
) -> None:
    await sql.execute(
        "insert into memos (owner_id, title) select id, 'a' from auth.users limit 1;"
        "insert into memos (owner_id, title) select id, 'b' from auth.users limit 1"
    )
    ordered = memos.order_by(Memo.title)
    cursor = (await ordered.page(None, 1)).next_cursor
    again = memos.order_by(Memo.title)

    assert [memo.title for memo in (await again.page(cursor, 1)).items] == ["b"]
    with pytest.raises(Invalid, match="its order and filters"):
        await other(memos).page(cursor, 1)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the cursors that were read so far are bound to."""
    seen: list[str] = []

    def noting(cursor: str, of: str, length: int) -> Position:
        seen.append(of)
        return decode(cursor, of, length)

    monkeypatch.setattr("my_supabase_service.supabase.tables.query.decode", noting)
    return seen


async def test_what_is_no_value_of_its_type_is_422(
    alice: AsyncClient, cursor: str, listed: list[str]
) -> None:
    """Forged with a digest that fits: Postgres refuses the value, and nothing breaks."""
    assert await status(alice, cursor) == 200
    moment, key = "2026-01-01 00:00:00+00", "00000000-0000-4000-8000-000000000000"
    for texts in (
        *((text, key) for text in ("", "x", "infinite", "2026-13-01", "\x00", "9" * 900)),
        *((moment, text) for text in ("", "x", key[:-1], f"{key}0", "\x00")),
    ):
        forged = encode(Position(texts), listed[0])
        assert await status(alice, forged) == 422, texts

    for texts in ((moment, key), ("infinity", key), ("epoch", key)):
        assert await status(alice, encode(Position(texts), listed[0])) == 200, texts
