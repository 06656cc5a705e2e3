"""Folders whose names are nearly the same, by every way to list them and of every page size."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient
from tests.rendered.storage.test_caller_tokens import settings

__all__ = ["settings"]

NEARLY = [
    ("docs", "Docs", "DOCS", "dOCS"),
    ("a_b", "axb", "A_b", "a-b", "a%b", "a%5fb"),
    ("100%", "100", "1000", "100%25"),
    ("docs", "docs ", " docs", "docs  "),
    ("Stra\u00dfe", "STRASSE", "strasse", "stra\u00dfe", "STRA\u1e9eE"),
    ("\u0130", "i", "I", "\u0131", "i\u0307"),
    ("\u00e9", "e\u0301", "\u00c9", "e"),
    ("\u00b5", "\u03bc", "\u039c"),
    ("\u212a", "k", "K"),
    ("a=b", "a=C3", "a=3D", "a=c3", "A=C3"),
    ("x", "x.", "x.y", "x-", "x!", "x~", "x0"),
    ("\U0001f469", "\U0001f468", "\u7530"),
]
"""Names that case, LIKE, trimming, normalising or spelling could take for one another."""


@pytest.fixture
def client_of_somebody(client: AsyncClient, token: Callable[..., str]) -> AsyncClient:
    """Somebody who has no files yet."""
    client.headers["Authorization"] = f"Bearer {token(uuid4())}"
    return client


async def put(client: AsyncClient, path: str) -> None:
    sent = {"file": ("x", path.encode())}
    answer = await client.post("/files", files=sent, data={"path": path})
    assert answer.status_code == 201, answer.text


async def listed(client: AsyncClient, **query: Any) -> list[dict[str, Any]]:
    """Return every page, one after the other."""
    items: list[dict[str, Any]] = []
    while True:
        page = (await client.get("/files", params=query)).json()
        assert len(page["items"]) <= query.get("limit", 20)
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        assert page["items"]
        query["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("names", NEARLY, ids=lambda names: ascii(names[0]))
async def test_no_folder_is_taken_for_another(
    client_of_somebody: AsyncClient, names: tuple[str, ...]
) -> None:
    client = client_of_somebody
    await asyncio.gather(*(put(client, f"{name}/{index}") for index, name in enumerate(names)))

    for index, name in enumerate(names):
        for prefix in (name, f"{name}/"):
            inside = await listed(client, prefix=prefix)
            assert [item["path"] for item in inside] == [f"{name}/{index}"]
    top = await listed(client, limit=2)
    assert sorted(item["path"] for item in top) == sorted(names)
    assert all(item["is_folder"] for item in top)


async def test_a_clean_up_by_what_is_listed_deletes_nothing_else(
    client_of_somebody: AsyncClient,
) -> None:
    client = client_of_somebody
    kept = ["Docs/a", "DOCS/b/c", "docs.txt", "docs-2/a", "docs 2/a", "doc/a"]
    for path in (*kept, "docs/a", "docs/b/c", "docs/B/d"):
        await put(client, path)

    async def clean(folder: str) -> None:
        for item in await listed(client, prefix=folder, limit=1):
            if item["is_folder"]:
                await clean(item["path"])
            else:
                assert (await client.delete(f"/files/{item['path']}")).status_code == 204

    await clean("docs")

    found = [item["path"] for item in await listed(client)]
    assert sorted(found) == sorted({path.partition("/")[0] for path in kept})
    for path in kept:
        assert (await client.get(f"/files/{path}?inline=true")).content == path.encode()
    assert await listed(client, prefix="docs") == []


TREE = ["B", "a", "a-x", "a.txt", "a/deep/x", "a/y", "b/z", "c", "report", "report.pdf", "Report/1"]
SHOWN = ["B", "Report", "a", "a-x", "a.txt", "a", "b", "c", "report", "report.pdf"]


async def test_pages_of_any_size_make_up_the_whole(client_of_somebody: AsyncClient) -> None:
    """Also where one ends between a file and what begins like it, or is a folder of its name."""
    client = client_of_somebody
    await asyncio.gather(*(put(client, path) for path in TREE))

    for limit in range(1, len(SHOWN) + 2):
        items = await listed(client, limit=limit)
        assert [item["path"] for item in items] == SHOWN
        assert [item["is_folder"] for item in items].count(True) == 3


async def test_a_page_goes_on_after_the_last_name_whatever_came_in_meanwhile(
    client_of_somebody: AsyncClient,
) -> None:
    """By offset `c` would come twice, and what follows a deleted file not at all."""
    client = client_of_somebody
    for path in "bcdef":
        await put(client, path)

    first = (await client.get("/files", params={"limit": 2})).json()
    await put(client, "a")
    await client.delete("/files/b")
    rest = await listed(client, limit=2, cursor=first["next_cursor"])

    assert [item["path"] for item in (*first["items"], *rest)] == [*"bcdef"]
    assert all(one["path"] < other["path"] for one, other in pairwise(rest))


@pytest.mark.parametrize("prefix", ["a.txt", "a.txt/", "nothing", "a", "A.TXT"])
async def test_what_is_no_folder_has_nothing_in_it(
    client_of_somebody: AsyncClient, prefix: str
) -> None:
    await put(client_of_somebody, "a.txt")

    assert await listed(client_of_somebody, prefix=prefix) == []
