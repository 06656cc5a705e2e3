"""The other person's test: whose notes a caller finds, by every route. Yours."""

from __future__ import annotations

import pytest
from httpx import AsyncClient


@pytest.fixture
async def note_of_bob(bob: AsyncClient) -> str:
    """The path of a note that is not Alice's."""
    answer = await bob.post("/notes", json={"title": "private"})
    return answer.headers["Location"]


async def test_a_note_of_somebody_else_is_as_if_it_did_not_exist(
    alice: AsyncClient, bob: AsyncClient, note_of_bob: str
) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        change = {"title": "mine now"} if method == "PATCH" else None
        answer = await alice.request(method, note_of_bob, json=change)
        assert answer.status_code == 404, method

    assert (await bob.get(note_of_bob)).json()["title"] == "private"


@pytest.mark.usefixtures("note_of_bob")
async def test_a_list_a_count_and_an_export_have_the_callers_notes_only(
    alice: AsyncClient,
) -> None:
    await alice.post("/notes", json={"title": "milk"})

    listed = (await alice.get("/notes")).json()["items"]
    counted = (await alice.get("/notes/count")).json()
    exported = await alice.get("/notes/export")

    assert [note["title"] for note in listed] == ["milk"]
    assert counted == {"count": 1}
    assert exported.text.count("\n") == 1
    assert "private" not in exported.text


async def test_nobody_writes_a_note_for_somebody_else(alice: AsyncClient, bob: AsyncClient) -> None:
    """What a client says of the owner is not asked for, so it is not listened to."""
    me = (await bob.get("/me")).json()["user_id"]

    await alice.post("/notes", json={"title": "forged", "owner_id": me})

    assert (await bob.get("/notes")).json()["items"] == []


async def test_without_a_token_nothing_is_answered(client: AsyncClient) -> None:
    note = "/notes/00000000-0000-4000-8000-000000000000"
    for method, path in [
        *(("POST", "/notes"), ("GET", "/notes"), ("GET", "/notes/export")),
        *(("GET", "/notes/count"), ("GET", note), ("PATCH", note), ("DELETE", note)),
    ]:
        answer = await client.request(method, path)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), path
