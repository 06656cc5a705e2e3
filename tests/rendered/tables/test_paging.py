"""How much a page may hold, whatever its rows are."""

from __future__ import annotations

import asyncpg
import pytest
from httpx import AsyncClient

INSERT = (
    "insert into memos (owner_id, title, body, created_at)"
    " select id, n::text, repeat($2, $1), now() - n * interval '1 second'"
    " from auth.users, generate_series(1, $3) n where email like 'alice@%'"
)


async def pages(client: AsyncClient, limit: int) -> list[list[str]]:
    """The titles of every page."""
    found: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/memos", params=query)).json()
        found.append([memo["title"] for memo in page["items"]])
        cursor = page["next_cursor"]
    return found


@pytest.mark.parametrize(
    ("length", "character", "sizes"),
    [
        (100_000, "x", [10, 10, 5]),
        (100_000, "€", [3] * 8 + [1]),
        (60_000, "\U0001f600", [4] * 6 + [1]),
        (10, "x", [25]),
    ],
)
async def test_a_page_of_heavy_rows_ends_early(
    alice: AsyncClient,
    sql: asyncpg.Connection[asyncpg.Record],
    length: int,
    character: str,
    sizes: list[int],
) -> None:
    """After a megabyte of what the rows hold; the next one goes on from there."""
    await sql.execute(INSERT, length, character, 25)

    found = await pages(alice, 100)

    assert [len(page) for page in found] == sizes
    assert [title for page in found for title in page] == [str(number) for number in range(1, 26)]


async def test_a_row_that_is_too_heavy_is_a_page_of_its_own(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Else nobody would ever come past it."""
    await sql.execute("alter table memos drop constraint if exists ck_memos_body_length")
    await sql.execute(INSERT, 2_000_000, "x", 3)

    assert await pages(alice, 2) == [["1"], ["2"], ["3"]]


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_the_limit_of_a_page_still_holds(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], limit: int
) -> None:
    await sql.execute(INSERT, 1, "x", 6)

    assert [len(page) for page in await pages(alice, limit)] == [limit] * (6 // limit)
