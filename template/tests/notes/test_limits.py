"""The database refuses what the API refuses: the Data API reaches the same table. Yours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient

BLANKS = list("\t\u0085\u00a0\u3000")
WIDTHLESS = list("\u200b\u2800\ufeff")  # a blank to the eye, and to nobody else
TITLES = [
    *("", "x", "x" * 200, "x" * 201, "😀" * 200, "😀" * 201, "e\u0301" * 100, "a\n b", "v", "vv"),
    *(text for blank in BLANKS + WIDTHLESS for text in (blank, f"{blank}x{blank}")),
    *(f"x{blank}" for blank in BLANKS),
    *(f"{blank}{'x' * 200}" for blank in " \u3000\u200b"),
]
BODIES = ["", " ", "x" * 100_000, "x" * 100_001, "😀" * 100_000, "😀" * 100_001, None]

OUT_OF_RANGE = [
    *("infinity", "-infinity", "10000-01-01 00:00Z", "294276-12-31 00:00Z"),
    *("9999-12-31 00:00Z", "0001-01-01 00:00Z", "0001-12-31 23:59Z BC", "4713-01-01 00:00Z BC"),
]
EXTREME = ["0001-01-02 00:00Z", "9999-12-30 00:00Z"]

MAY_SET = {"insert": {"owner_id", "title", "body"}, "update": {"title", "body"}}


@pytest.fixture
async def owner(alice: AsyncClient) -> str:
    return (await alice.get("/me")).json()["user_id"]


async def is_stored(sql: asyncpg.Connection[asyncpg.Record], **values: Any) -> bool:
    """Tell whether the database takes a note with these *values*."""
    names, marks = ", ".join(values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
    try:
        await sql.execute(f"insert into notes ({names}) values ({marks})", *values.values())
    except asyncpg.CheckViolationError:
        return False
    return True


async def test_a_title_is_stored_as_the_api_would_or_not_at_all(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], owner: str
) -> None:
    for title in TITLES:
        answer = await alice.post("/notes", json={"title": title})
        kept = answer.status_code == 201 and answer.json()["title"] == title
        refused_by_us = answer.status_code == 422 and "errors" in answer.json()

        assert answer.status_code == 201 or refused_by_us, ascii(title)
        assert await is_stored(sql, owner_id=owner, title=title) == kept, ascii(title)


async def test_a_body_is_stored_as_the_api_would_or_not_at_all(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], owner: str
) -> None:
    for body in BODIES:
        answer = await alice.post("/notes", json={"title": "x", "body": body})

        kept = await is_stored(sql, owner_id=owner, title="x", body=body)
        assert kept == (answer.status_code == 201), len(body or "")


async def test_a_moment_is_one_that_python_can_hold_in_every_time_zone(
    sql: asyncpg.Connection[asyncpg.Record], owner: str
) -> None:
    for column in ("created_at", "updated_at"):
        insert = (
            f"insert into notes (owner_id, title, {column}) select $1, 'x', $2::text::timestamptz"
        )
        for moment in OUT_OF_RANGE:
            with pytest.raises(asyncpg.CheckViolationError):
                await sql.execute(insert, owner, moment)
        for moment in EXTREME:
            stored = await sql.fetchval(f"{insert} returning {column}", owner, moment)
            for hours in (-23, 23):
                stored.astimezone(dt.timezone(dt.timedelta(hours=hours)))


async def test_nobody_decides_when_a_note_was_changed(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Also past the service, and as somebody who may write every column."""
    note = (await alice.post("/notes", json={"title": "milk"})).json()

    await sql.execute("update notes set title = 'tea', updated_at = '2001-01-01'")

    changed = (await alice.get(f"/notes/{note['id']}")).json()
    assert changed["title"] == "tea"
    assert changed["updated_at"] > note["updated_at"]
    assert changed["created_at"] == note["created_at"]


async def test_keys_owners_and_times_are_not_for_a_caller_to_set(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    settable = await sql.fetch("""
        select rolname, privilege, attname
        from pg_attribute, pg_roles, unnest('{insert,update}'::text[]) privilege
        where attrelid = 'notes'::regclass and attnum > 0 and not attisdropped
          and rolname in ('anon', 'authenticated', 'service_role', 'service_login')
          and has_column_privilege(rolname, 'notes', attname, privilege)
    """)
    assert settable
    for role, privilege, column in settable:
        assert column in MAY_SET[privilege], f"{role} may {privilege} {column}"


async def test_whoever_names_no_owner_is_the_owner(
    sql: asyncpg.Connection[asyncpg.Record], owner: str
) -> None:
    """A client of the Data API need not name one."""
    async with sql.transaction():
        await sql.execute("select set_config('request.jwt.claim.sub', $1, true)", owner)
        written = await sql.fetchval("insert into notes (title) values ('x') returning owner_id")

    assert str(written) == owner
