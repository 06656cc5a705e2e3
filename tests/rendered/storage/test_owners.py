"""The other person's test: whose files a caller reaches, by every route and past the routes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient
from local.people import ALICE, BOB

CONTENT = b"private"


@pytest.fixture
async def path(alice: AsyncClient, folder: str) -> str:
    """The path of a file of Alice's."""
    answer = await alice.post("/files", files={"file": ("a.txt", CONTENT)}, data={"path": folder})
    return answer.json()["path"]


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/files/{path}"),
        ("GET", "/files/{path}?inline=true"),
        ("POST", "/files/signed-url"),
        ("DELETE", "/files/{path}"),
    ],
)
async def test_a_file_of_somebody_else_is_as_if_it_did_not_exist(
    alice: AsyncClient, bob: AsyncClient, path: str, method: str, url: str
) -> None:
    for asked in (path, f"{ALICE}/{path}"):
        answer = await bob.request(method, url.format(path=asked), json={"path": asked})

        assert answer.status_code == 404
    assert (await alice.get(f"/files/{path}?inline=true")).content == CONTENT


@pytest.mark.parametrize("form", ["../{alice}/{path}", "x/../../{alice}/{path}", "/{alice}/{path}"])
@pytest.mark.parametrize(
    "route", ["upload", "signed-upload", "signed-url", "list", "read", "delete"]
)
async def test_no_path_leads_to_a_folder_of_somebody_else(
    alice: AsyncClient, bob: AsyncClient, path: str, form: str, route: str
) -> None:
    asked = form.format(alice=ALICE, path=path)
    quoted = asked.replace("/", "%2F").replace("..", "%2E%2E")

    match route:
        case "upload":
            sent = {"file": ("x", b"mine now")}
            answer = await bob.post("/files?upsert=true", files=sent, data={"path": asked})
        case "list":
            answer = await bob.get("/files", params={"prefix": asked})
        case "read":
            answer = await bob.get(f"/files/{quoted}?inline=true")
        case "delete":
            answer = await bob.delete(f"/files/{quoted}")
        case _:
            answer = await bob.post(f"/files/{route}", json={"path": asked})

    assert answer.status_code == 422
    assert (await alice.get(f"/files/{path}?inline=true")).content == CONTENT


async def test_the_same_path_is_another_file_for_everybody(
    alice: AsyncClient, bob: AsyncClient, path: str
) -> None:
    sent = {"file": ("x", b"of Bob")}
    assert (await bob.post("/files", files=sent, data={"path": path})).status_code == 201

    assert (await alice.get(f"/files/{path}?inline=true")).content == CONTENT
    assert (await bob.get(f"/files/{path}?inline=true")).content == b"of Bob"
    await alice.delete(f"/files/{path}")
    assert (await bob.get(f"/files/{path}?inline=true")).content == b"of Bob"


async def test_a_list_has_the_callers_files_only(
    alice: AsyncClient, bob: AsyncClient, path: str
) -> None:
    for query in ({}, {"prefix": path}, {"prefix": str(ALICE)}, {"limit": 100}):
        listed = (await bob.get("/files", params=query)).json()["items"]
        assert path not in [item["path"] for item in listed]
    assert path in [each["path"] for each in (await alice.get("/files?limit=100")).json()["items"]]


def moved(source: str, destination: str) -> dict[str, str]:
    return {"bucketId": "files", "sourceKey": source, "destinationKey": destination}


MINE, THEIRS = "{bob}/{path}", "{alice}/{path}"
PAST_THE_SERVICE: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", f"object/files/{THEIRS}", None),
    ("GET", f"object/info/files/{THEIRS}", None),
    ("POST", f"object/sign/files/{THEIRS}", {"expiresIn": "60"}),
    ("POST", "object/sign/files", {"expiresIn": "60", "paths": [THEIRS]}),
    ("POST", f"object/upload/sign/files/{THEIRS}2", {}),
    ("POST", "object/list/files", {"prefix": "{alice}", "limit": 100, "offset": 0}),
    ("POST", "object/move", moved(THEIRS, MINE)),
    ("POST", "object/move", moved(MINE, THEIRS)),
    ("POST", "object/move", moved(MINE, f"{THEIRS}2")),
    ("POST", "object/copy", moved(THEIRS, f"{MINE}2")),
    ("POST", "object/copy", moved(MINE, THEIRS)),
    ("POST", "object/copy", moved(MINE, f"{THEIRS}2")),
    ("DELETE", "object/files", {"prefixes": [THEIRS]}),
]


@pytest.fixture
async def storage_of_bob(bob: AsyncClient, stand_in: dict[str, str]) -> AsyncGenerator[AsyncClient]:
    """Bob at Storage itself, with his own token, as any browser has it."""
    headers = {
        "apikey": stand_in["SUPABASE_PUBLISHABLE_KEY"],
        "Authorization": bob.headers["Authorization"],
    }
    base = f"{stand_in['SUPABASE_URL']}/storage/v1/"
    async with AsyncClient(base_url=base, headers=headers, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("request_", PAST_THE_SERVICE, ids=lambda each: f"{each[0]} {each[1]}")
async def test_past_the_service_the_policies_hold(
    alice: AsyncClient,
    bob: AsyncClient,
    storage_of_bob: AsyncClient,
    path: str,
    request_: tuple[str, str, dict[str, Any] | None],
) -> None:
    await bob.post("/files", files={"file": ("x", b"of Bob")}, data={"path": path})
    before = (await alice.get("/files?limit=100")).json()
    method, url, body = request_

    def filled(text: str) -> str:
        for name, value in (("alice", ALICE), ("bob", BOB), ("path", path)):
            text = text.replace(f"{{{name}}}", str(value))
        return text

    answer = await storage_of_bob.request(
        method,
        filled(url),
        content=filled(json.dumps(body)) if body is not None else None,
        headers={"Content-Type": "application/json"} if body is not None else {},
    )

    assert answer.text == "[]" or "error" in answer.text
    assert "token=" not in answer.text
    assert CONTENT.decode() not in answer.text
    assert (await alice.get("/files?limit=100")).json() == before
    assert (await alice.get(f"/files/{path}?inline=true")).content == CONTENT


async def test_sixty_four_users_at_once_reach_their_own_files_only(
    client: AsyncClient, state: Mapping[str, Any], token: Callable[..., str]
) -> None:
    state["http"].timeout = 60  # a busy machine takes its time
    users = [uuid4() for _ in range(64)]

    async def use(user: object) -> bool:
        client_of = {"Authorization": f"Bearer {token(user)}"}
        sent = {"file": ("mine.txt", str(user).encode())}
        created = await client.post("/files", files=sent, headers=client_of)
        found = await client.get("/files/mine.txt?inline=true", headers=client_of)
        listed = await client.get("/files", headers=client_of)
        return (
            created.status_code == 201
            and found.text == str(user)
            and [item["path"] for item in listed.json()["items"]] == ["mine.txt"]
        )

    assert await use(uuid4())  # the keys are known: on a busy machine they would come too late
    assert all(await asyncio.gather(*map(use, users)))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/files"),
        ("GET", "/files"),
        ("GET", "/files/a.txt"),
        ("GET", "/files/a.txt?inline=true"),
        ("POST", "/files/signed-upload"),
        ("POST", "/files/signed-url"),
        ("DELETE", "/files/a.txt"),
    ],
)
async def test_without_a_token_nothing_is_answered(
    client: AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
