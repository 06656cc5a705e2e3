"""Lists of older versions of Storage, which find more than they are asked for."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient
from local.people import ALICE
from starlette.responses import JSONResponse
from tests.rendered.storage.wire.conftest import Scripted


def part(*names: str, cursor: str | None = None) -> JSONResponse:
    """Answer with entries; a folder ends with a slash."""
    entries = [
        {"name": f"{ALICE}/{name}", "id": None if name[-1] == "/" else "0"} for name in names
    ]
    folders = [each for each in entries if each["id"] is None]
    objects = [each for each in entries if each["id"]]
    content: dict[str, Any] = {"hasNext": bool(cursor), "folders": folders, "objects": objects}
    return JSONResponse({**content, "nextCursor": cursor} if cursor else content)


async def test_what_is_in_another_folder_is_left_out(alice: AsyncClient, storage: Scripted) -> None:
    """They compare by ILIKE, and do not escape the prefix: `_` is any character."""
    storage.answers.append(part("A_B/x", "a_b/C/", "a_b/y", "axb/z", "A_B/d/", "a_b/B"))

    answer = await alice.get("/files", params={"prefix": "a_b"})

    assert [item["path"] for item in answer.json()["items"]] == ["a_b/B", "a_b/C", "a_b/y"]


async def test_a_page_is_filled_from_as_many_parts_as_it_takes(
    alice: AsyncClient, storage: Scripted
) -> None:
    storage.answers += [
        part("Docs/a", "docs/a", cursor="bDph"),
        part("Docs/b", cursor="bDpi"),
        part("docs/c", cursor="bDp+"),
    ]

    page = (await alice.get("/files", params={"prefix": "docs", "limit": 2})).json()

    assert [item["path"] for item in page["items"]] == ["docs/a", "docs/c"]
    assert len(storage.asked) == 3
    storage.answers.append(part("docs/d"))
    query = {"prefix": "docs", "limit": 2, "cursor": page["next_cursor"]}
    last = (await alice.get("/files", params=query)).json()
    assert ([item["path"] for item in last["items"]], last["next_cursor"]) == (["docs/d"], None)


async def test_a_page_ends_where_too_many_parts_have_nothing_for_it(
    alice: AsyncClient, storage: Scripted
) -> None:
    """It is short then, and says where to go on."""
    storage.answers += [part("Docs/a", cursor="bDph") for _ in range(100)]

    page = (await alice.get("/files", params={"prefix": "docs"})).json()

    assert (page["items"], page["next_cursor"]) == ([], "bDph")
    assert len(storage.asked) == 20


async def test_a_key_that_no_path_leads_to_is_not_listed(
    alice: AsyncClient, storage: Scripted
) -> None:
    storage.answers.append(part("docs/", "docs//", "docs/a"))

    page = (await alice.get("/files", params={"prefix": "docs"})).json()

    assert [item["path"] for item in page["items"]] == ["docs/a"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"message": "Route POST:/x not found", "error": "Not Found", "statusCode": "404"}),
        (400, {"message": "This feature is not available for your tenant"}),
    ],
)
async def test_a_storage_that_cannot_tell_folders_apart_is_an_operators_matter(
    alice: AsyncClient,
    storage: Scripted,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: dict[str, str],
) -> None:
    storage.says(status, body)

    answer = await alice.get("/files")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "list-v2" in caplog.text


@pytest.mark.parametrize("cursor", ["x", "eA=", "a b", "AAAA", "ü", "eA==\n"])
async def test_a_cursor_of_nobodys_is_422_and_goes_nowhere(
    alice: AsyncClient, storage: Scripted, cursor: str
) -> None:
    assert (await alice.get("/files", params={"cursor": cursor})).status_code == 422
    assert storage.asked == []
