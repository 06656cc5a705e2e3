"""The life of a file, over HTTP."""

from __future__ import annotations

import pytest
from httpx import AsyncClient, Response


async def put(client: AsyncClient, path: str, content: bytes = b"hello", **query: str) -> Response:
    form = {"path": path}
    return await client.post("/files", files={"file": ("x", content)}, data=form, params=query)


async def get(client: AsyncClient, path: str) -> Response:
    return await client.get(f"/files/{path}", params={"inline": True})


async def test_a_file_comes_back_as_it_was_sent(
    alice: AsyncClient, folder: str, png: bytes
) -> None:
    created = await put(alice, f"{folder}/a.png", png)

    assert created.status_code == 201
    etag = created.json().pop("etag")
    assert created.json() == {
        "path": f"{folder}/a.png",
        "size": len(png),
        "content_type": "image/png",
        "etag": etag,
    }
    found = await alice.get(created.headers["Location"], params={"inline": True})
    assert (found.status_code, found.content) == (200, png)
    assert (found.headers["ETag"], found.headers["Content-Type"]) == (etag, "image/png")


async def test_without_a_path_it_has_the_name_of_the_file(alice: AsyncClient, folder: str) -> None:
    created = await alice.post("/files", files={"file": (f"{folder} ü.txt", b"hello")})

    assert created.json()["path"] == f"{folder} ü.txt"


@pytest.mark.parametrize(
    "name",
    [
        "a b.txt",
        "Zoë.txt",
        "Zoe\u0308.txt",
        "報告.txt",
        "👩‍👧.txt",
        "100%.txt",
        "a%2Fb.txt",
        "a%252e.txt",
        "a#b?c~[d]{e}.txt",
        "a=b.txt",
        "a=C3=BC.txt",
        "a+b&c=d;e@f:g,h!$'(i)*.txt",
        '"<>|^`.txt',
        " spaces ",
        "deep/er/and deeper/ü.txt",
    ],
)
async def test_a_name_is_kept_exactly(alice: AsyncClient, folder: str, name: str) -> None:
    created = await put(alice, f"{folder}/{name}", name.encode())

    assert created.json().get("path") == f"{folder}/{name}", created.text
    found = await alice.get(created.headers["Location"], params={"inline": True})
    assert found.content == name.encode()
    inner = name.rpartition("/")[0]
    prefix = f"{folder}/{inner}" if inner else folder
    listed = (await alice.get("/files", params={"prefix": prefix})).json()["items"]
    assert [item["path"] for item in listed] == [f"{folder}/{name}"]
    assert (await alice.delete(created.headers["Location"])).status_code == 204


@pytest.mark.parametrize(
    "path", ["a/../b", "../b", "a//b", "/a", "a/", "a\\b", "a\x01b", "a\u202eb", "x" * 800]
)
async def test_what_is_no_path_is_422_on_every_route(alice: AsyncClient, path: str) -> None:
    quoted = path.replace("\\", "%5C").replace("..", "%2E%2E").replace("\x01", "%01")

    answers = [
        await put(alice, path),
        await alice.post("/files/signed-upload", json={"path": path}),
        await alice.post("/files/signed-url", json={"path": path}),
        await alice.get(f"/files/{quoted}"),
        await alice.get(f"/files/{quoted}", params={"inline": True}),
        await alice.delete(f"/files/{quoted}"),
    ]

    assert [answer.status_code for answer in answers] == [422] * len(answers)
    assert answers[0].json()["type"] == "urn:problem:invalid"


async def test_a_second_file_of_a_path_is_409_unless_it_replaces_the_first(
    alice: AsyncClient, folder: str
) -> None:
    path = f"{folder}/a.txt"
    first = await put(alice, path, b"one")

    assert (await put(alice, path, b"two")).status_code == 409
    assert (await get(alice, path)).content == b"one"

    replaced = await put(alice, path, b"three", upsert="true")
    assert (replaced.status_code, replaced.json()["size"]) == (201, 5)
    assert replaced.json()["etag"] != first.json()["etag"]
    assert (await get(alice, path)).content == b"three"


async def test_an_empty_file_is_a_file(alice: AsyncClient, folder: str) -> None:
    assert (await put(alice, f"{folder}/empty", b"")).json()["size"] == 0
    assert (await get(alice, f"{folder}/empty")).content == b""


async def test_a_deleted_file_is_gone(alice: AsyncClient, folder: str) -> None:
    await put(alice, f"{folder}/a.txt")

    assert (await alice.delete(f"/files/{folder}/a.txt")).status_code == 204

    for answer in (
        await get(alice, f"{folder}/a.txt"),
        await alice.get(f"/files/{folder}/a.txt"),
        await alice.delete(f"/files/{folder}/a.txt"),
        await alice.post("/files/signed-url", json={"path": f"{folder}/a.txt"}),
    ):
        assert answer.status_code == 404


async def test_a_list_has_pages_and_folders(alice: AsyncClient, folder: str) -> None:
    for name in ("b.txt", "a.txt", "c/d.txt", "c/e.txt"):
        await put(alice, f"{folder}/{name}", name.encode())
    query = {"prefix": folder, "limit": 2}

    first = (await alice.get("/files", params=query)).json()
    second = (await alice.get("/files", params={**query, "cursor": first["next_cursor"]})).json()

    items = [*first["items"], *second["items"]]
    assert [item["path"] for item in items] == [f"{folder}/{n}" for n in ("a.txt", "b.txt", "c")]
    assert [item["is_folder"] for item in items] == [False, False, True]
    assert (items[0]["size"], items[0]["content_type"]) == (5, "text/plain")
    assert second["next_cursor"] is None


async def test_a_folder_is_not_another_one_in_capitals(alice: AsyncClient, folder: str) -> None:
    """Whoever cleans up by what is listed deletes nothing else."""
    for name in ("Docs/a.txt", "docs/a.txt", "docs/b.txt"):
        await put(alice, f"{folder}/{name}")

    listed = (await alice.get("/files", params={"prefix": f"{folder}/docs"})).json()["items"]
    above = (await alice.get("/files", params={"prefix": folder})).json()["items"]

    assert [item["path"] for item in listed] == [f"{folder}/docs/{name}.txt" for name in "ab"]
    assert [item["path"] for item in above] == [f"{folder}/Docs", f"{folder}/docs"]


@pytest.mark.parametrize("query", [{"prefix": "../x"}, {"cursor": "x"}, {"limit": 0}])
async def test_a_list_of_nonsense_is_422(alice: AsyncClient, query: dict[str, str]) -> None:
    assert (await alice.get("/files", params=query)).status_code == 422
