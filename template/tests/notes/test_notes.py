"""What a client of notes may rely on. Yours: change it with `notes/`, or delete it."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import asyncpg
from httpx import AsyncClient

NOBODY = "00000000-0000-4000-8000-000000000000"


async def create(client: AsyncClient, title: str, body: str | None = None) -> dict[str, Any]:
    answer = await client.post("/notes", json={"title": title, "body": body})
    assert answer.status_code == 201
    return answer.json()


async def test_a_note_comes_back_as_it_was_written(alice: AsyncClient) -> None:
    note = await create(alice, "milk", "two bottles")

    read = await alice.get(f"/notes/{note['id']}")

    assert read.json() == note
    assert (note["title"], note["body"]) == ("milk", "two bottles")
    assert note["created_at"] == note["updated_at"]


async def test_a_new_note_tells_where_it_is(alice: AsyncClient) -> None:
    answer = await alice.post("/notes", json={"title": "milk"})

    assert (await alice.get(answer.headers["Location"])).json() == answer.json()


async def test_a_note_is_saved_before_the_answer_leaves(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    note = await create(alice, "milk")

    assert str(await sql.fetchval("select id from notes")) == note["id"]


async def test_a_title_has_one_to_two_hundred_characters(alice: AsyncClient) -> None:
    titles: list[Any] = ["", "   ", "x" * 201, None, 7]
    for title in titles:
        answer = await alice.post("/notes", json={"title": title})
        assert answer.status_code == 422, title
        assert answer.json()["errors"][0]["location"] == "body.title"


async def test_characters_that_postgres_cannot_store_are_refused(alice: AsyncClient) -> None:
    for text in ("\\u0000", "\\ud800"):
        content = json.dumps({"title": "x", "body": "?"}).replace("?", text)
        answer = await alice.post(
            "/notes", content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422, text


async def test_a_patch_changes_what_it_names(alice: AsyncClient) -> None:
    note = await create(alice, "milk", "two bottles")

    patched = (await alice.patch(f"/notes/{note['id']}", json={"title": "oat milk"})).json()

    assert (patched["title"], patched["body"]) == ("oat milk", "two bottles")
    assert patched["updated_at"] > note["updated_at"]
    assert (await alice.get(f"/notes/{note['id']}")).json() == patched


async def test_a_patch_tells_absent_from_null(alice: AsyncClient) -> None:
    note = await create(alice, "milk", "two bottles")
    path = f"/notes/{note['id']}"

    assert (await alice.patch(path, json={})).json()["body"] == "two bottles"
    assert (await alice.patch(path, json={"body": None})).json()["body"] is None
    assert (await alice.patch(path, json={"title": None})).status_code == 422


async def test_a_deleted_note_is_gone(alice: AsyncClient) -> None:
    path = f"/notes/{(await create(alice, 'milk'))['id']}"

    deleted = await alice.delete(path)

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await alice.get(path)).status_code == 404


async def test_a_note_that_goes_away_while_it_is_changed_is_404(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    path = f"/notes/{(await create(alice, 'milk'))['id']}"
    async with sql.transaction():
        await sql.execute("delete from notes")
        changing = asyncio.create_task(alice.patch(path, json={"title": "oat milk"}))
        await asyncio.sleep(0.1)

    assert (await changing).status_code == 404


async def test_a_note_that_is_not_there_is_404(alice: AsyncClient) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        change = {"title": "milk"} if method == "PATCH" else None
        answer = await alice.request(method, f"/notes/{NOBODY}", json=change)
        assert answer.status_code == 404, method
        assert answer.headers["content-type"] == "application/problem+json"


async def test_pages_show_every_note_once_the_newest_first(alice: AsyncClient) -> None:
    titles = [f"note {number}" for number in range(7)]
    for title in titles:
        await create(alice, title)

    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await alice.get("/notes", params=query)).json()
        seen += [note["title"] for note in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == titles[::-1]


async def test_a_note_written_meanwhile_moves_no_page(alice: AsyncClient) -> None:
    for title in ("one", "two", "three"):
        await create(alice, title)
    first = (await alice.get("/notes", params={"limit": 2})).json()

    await create(alice, "four")

    rest = (await alice.get("/notes", params={"cursor": first["next_cursor"]})).json()
    assert [note["title"] for note in rest["items"]] == ["one"]
    assert rest["next_cursor"] is None


async def test_notes_of_the_same_moment_keep_their_places(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute(
        "insert into notes (owner_id, title)"
        " select id, 'same' from auth.users, generate_series(1, 9) where email like 'alice@%'"
    )

    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await alice.get("/notes", params=query)).json()
        ids += [note["id"] for note in page["items"]]
        cursor = page["next_cursor"]

    assert len(ids) == len(set(ids)) == 9


async def test_pages_lead_back_to_where_they_came_from(alice: AsyncClient) -> None:
    for title in ("one", "two", "three"):
        await create(alice, title)
    first = (await alice.get("/notes", params={"limit": 2})).json()
    second = (await alice.get("/notes", params={"cursor": first["next_cursor"]})).json()

    back = await alice.get("/notes", params={"limit": 2, "cursor": second["previous_cursor"]})

    assert back.json() == first
    assert first["previous_cursor"] is None


async def test_a_part_of_the_title_filters_what_is_listed_counted_and_exported(
    alice: AsyncClient,
) -> None:
    for title in ("Milk", "oat milk 100%", "tea", "1000 teas"):
        await create(alice, title)

    for part, titles in {
        "MILK": ["oat milk 100%", "Milk"],
        "100%": ["oat milk 100%"],
        "_": [],
        "": ["1000 teas", "tea", "oat milk 100%", "Milk"],
    }.items():
        query = {"title": part}
        listed = (await alice.get("/notes", params=query)).json()["items"]
        counted = (await alice.get("/notes/count", params=query)).json()
        exported = (await alice.get("/notes/export", params=query)).text.splitlines()
        assert [note["title"] for note in listed] == titles, part
        assert counted == {"count": len(titles)}
        assert [json.loads(line)["title"] for line in exported] == titles[::-1]


async def test_a_cursor_belongs_to_its_filter(alice: AsyncClient) -> None:
    for title in ("milk", "oat milk"):
        await create(alice, title)
    query = {"title": "milk", "limit": 1}
    query["cursor"] = (await alice.get("/notes", params=query)).json()["next_cursor"]

    assert (await alice.get("/notes", params=query)).status_code == 200
    assert (await alice.get("/notes", params=query | {"title": "mil"})).status_code == 422


async def test_a_cursor_that_was_never_handed_out_is_422(alice: AsyncClient) -> None:
    for cursor in ("x", "!!!!", "ü", "bnVsbA", "e30", "WyJhIiwiYiJd", "W10", "A" * 600):
        answer = await alice.get("/notes", params={"cursor": cursor})
        assert answer.status_code == 422, cursor


async def test_a_cursor_that_was_changed_is_422(alice: AsyncClient) -> None:
    for title in ("one", "two"):
        await create(alice, title)
    cursor = (await alice.get("/notes", params={"limit": 1})).json()["next_cursor"]
    moment, note = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    changed = [[moment[:19], note], ["99999999999", note], [moment, f"urn:uuid:{note}"]]
    forged = [base64.urlsafe_b64encode(json.dumps(key).encode()).decode() for key in changed]

    for each in (f"!{cursor}", f"{cursor}=", cursor[:-1], *forged):
        assert (await alice.get("/notes", params={"cursor": each})).status_code == 422
    assert (await alice.get("/notes", params={"cursor": cursor})).status_code == 200


async def test_a_limit_has_bounds(alice: AsyncClient) -> None:
    for limit in (0, -1, 101, "many"):
        answer = await alice.get("/notes", params={"limit": limit})
        assert answer.status_code == 422, limit


async def test_an_export_has_every_note_the_oldest_first(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute(
        "insert into notes (owner_id, title, created_at)"
        " select id, n::text, now() + n * interval '1 second'"
        " from auth.users, generate_series(1, 1234) n where email like 'alice@%'"
    )

    answer = await alice.get("/notes/export")

    assert answer.headers["content-type"] == "application/x-ndjson"
    titles = [json.loads(line)["title"] for line in answer.text.splitlines()]
    assert titles == [str(number) for number in range(1, 1235)]


async def test_an_export_of_nothing_is_empty(alice: AsyncClient) -> None:
    answer = await alice.get("/notes/export")

    assert (answer.status_code, answer.content) == (200, b"")
