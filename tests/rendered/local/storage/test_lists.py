"""Lists of a folder: the older way, which takes capitals for small letters, and the newer one."""

from __future__ import annotations

import base64
from itertools import product
from typing import Any

import pytest
from storage3.exceptions import StorageApiError
from tests.rendered.local.storage.servers import Person, Server, assert_refused


async def test_a_list_shows_one_folder(alice: Person, bob: Person, bucket: str) -> None:
    files = alice.storage.from_(bucket)
    await files.upload(alice.path("hello.txt"), b"0123456789", {"content-type": "text/plain"})
    await files.upload(alice.path("sub/deep.txt"), b"x")

    inside = await files.list(alice.id)
    top = await files.list()

    assert [(row["name"], row["id"] is None) for row in inside] == [
        ("hello.txt", False),
        ("sub", True),
    ]
    assert [row["name"] for row in top] == [alice.id]
    assert await bob.storage.from_(bucket).list(alice.id) == []
    known = inside[0]["metadata"]
    assert (known["size"], known["mimetype"]) == (10, "text/plain")
    names = "eTag cacheControl lastModified contentLength httpStatusCode"
    assert set(known) >= set(names.split())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"limit": 2}, ["a", "b"]),
        ({"limit": 2, "offset": 1}, ["b", "c"]),
        ({"sortBy": {"column": "name", "order": "desc"}}, ["c", "b", "a"]),
        ({"sortBy": {"column": "created_at", "order": "asc"}}, ["c", "a", "b"]),
        ({"search": "b"}, ["b"]),
        ({"search": "%"}, []),
    ],
)
async def test_a_list_is_sorted_searched_and_cut(
    alice: Person, bucket: str, options: Any, expected: list[str]
) -> None:
    files = alice.storage.from_(bucket)
    for name in "cab":
        await files.upload(alice.path(name), b"x")

    assert [row["name"] for row in await files.list(alice.id, options)] == expected


async def test_a_list_is_sorted_by_a_column_that_there_is(alice: Person, bucket: str) -> None:
    options: Any = {"sortBy": {"column": "id; drop table x"}}

    with pytest.raises(StorageApiError) as refusal:
        await alice.storage.from_(bucket).list(alice.id, options)
    assert str(refusal.value.status) == "400"


async def keep(person: Person, bucket: str, *names: str) -> None:
    """Store something under each name."""
    for name in names:
        await person.storage.from_(bucket).upload(person.path(name), b"x")


async def test_the_older_list_takes_one_folder_for_another(alice: Person, bucket: str) -> None:
    """Of each pair one is shown, and nothing tells in which of them a file is."""
    await keep(alice, bucket, "Docs/a", "docs/b", "DOCS/a", "docs-x", "docs.txt", "other/c")
    files = alice.storage.from_(bucket)

    listed = [row["name"] for row in await files.list(alice.id)]
    inside = [row["name"] for row in await files.list(alice.path("docs"))]

    assert [name.lower() for name in listed] == ["docs-x", "docs.txt", "docs", "other"]
    assert sorted(inside) == ["a", "a", "b"]


async def test_the_older_list_by_date_tells_folders_apart(alice: Person, bucket: str) -> None:
    await keep(alice, bucket, "Docs/a", "docs/b", "c")
    by_date: Any = {"sortBy": {"column": "created_at", "order": "asc"}}

    listed = await alice.storage.from_(bucket).list(alice.id, by_date)

    assert [row["name"] for row in listed] == ["Docs", "docs", "c"]


async def newer(storage: Server, person: Person, bucket: str, **asked: Any) -> Any:
    """Return a part of a list, by the newer way."""
    return (
        await storage.http.post(f"/object/list-v2/{bucket}", headers=person.headers, json=asked)
    ).json()


async def test_the_newer_list_compares_every_byte(
    storage: Server, alice: Person, bucket: str
) -> None:
    folders = ("docs", "Docs", "DOCS", "d_cs", "dxcs", "d", "docs ")
    await keep(alice, bucket, *(f"{each}/{each}" for each in folders))

    for folder in folders:
        prefix = alice.path(f"{folder}/")
        part = await newer(storage, alice, bucket, prefix=prefix, with_delimiter=True)

        assert [each["name"] for each in part["objects"]] == [f"{prefix}{folder}"]
        assert (part["folders"], part["hasNext"]) == ([], False)


TREE = ["B", "a", "a-x", "a.txt", "a/deep/x", "a/y", "b/z", "c"]
SHOWN = ["B", "a", "a-x", "a.txt", "a/", "b/", "c"]


async def test_parts_of_any_size_make_up_the_whole(
    storage: Server, alice: Person, bob: Person, bucket: str
) -> None:
    """In the order of the bytes; a file and a folder of one name are two entries."""
    await keep(alice, bucket, *TREE)
    await keep(bob, bucket, *TREE)
    asked = {"prefix": alice.path(""), "with_delimiter": True}

    for limit, order in product((1, 2, 3, len(SHOWN)), ("asc", "desc")):
        sort_by = {"column": "name", "order": order}
        shown: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            part = await newer(
                storage, alice, bucket, **asked, cursor=cursor, limit=limit, sortBy=sort_by
            )
            entries = [each["name"] for each in (*part["objects"], *part["folders"])]
            shown += sorted(entries, reverse=order == "desc")
            assert len(entries) <= limit
            assert part["hasNext"] == ("nextCursor" in part)
            cursor = part.get("nextCursor")
        expected = SHOWN if order == "asc" else SHOWN[::-1]
        assert shown == [alice.path(name) for name in expected], (limit, order)


async def test_without_a_delimiter_it_lists_what_is_below(
    storage: Server, alice: Person, bucket: str
) -> None:
    await keep(alice, bucket, *TREE)

    part = await newer(storage, alice, bucket, prefix=alice.path("a"), limit=3)

    assert [each["name"] for each in part["objects"]] == [
        alice.path(name) for name in ("a", "a-x", "a.txt")
    ]
    assert part["folders"] == []
    assert base64.b64decode(part["nextCursor"]).decode() == f"l:{alice.path('a.txt')}"


async def test_an_entry_says_what_is_known_of_it(
    storage: Server, alice: Person, bob: Person, bucket: str
) -> None:
    await keep(alice, bucket, "sub/a", "b")
    asked = {"prefix": alice.path(""), "with_delimiter": True}

    part = await newer(storage, alice, bucket, **asked)

    [file], [folder] = part["objects"], part["folders"]
    assert (file["key"], file["name"], file["metadata"]["size"]) == ("b", alice.path("b"), 1)
    assert {"id", "updated_at", "created_at", "last_accessed_at"} <= set(file)
    assert (folder["key"], folder["name"], folder["id"]) == ("sub", alice.path("sub/"), None)
    assert (await newer(storage, bob, bucket, **asked))["objects"] == []


async def test_the_client_reads_it(alice: Person, bucket: str) -> None:
    await keep(alice, bucket, "sub/a", "b")

    found = await alice.storage.from_(bucket).list_v2(
        {"prefix": alice.path(""), "with_delimiter": True}
    )

    assert [each.name for each in found.objects] == [alice.path("b")]
    assert [each.name for each in found.folders] == [alice.path("sub/")]


@pytest.mark.parametrize("cursor", ["x", "eHh4", "Ojo=", "bDphCm86dXA="])
async def test_a_cursor_that_is_none_is_refused(
    storage: Server, alice: Person, bucket: str, cursor: str
) -> None:
    answer = await storage.http.post(
        f"/object/list-v2/{bucket}", headers=alice.headers, json={"cursor": cursor}
    )

    assert_refused(answer, "VALUE", "Invalid Parameter continuation token")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "body must have required property 'prefix'"),
        ({"prefix": "", "limit": 0}, "body/limit must be >= 1"),
        ({"prefix": "", "limit": "many"}, "body/limit must be integer"),
        ({"prefix": "", "offset": -1}, "body/offset must be >= 0"),
        ({"prefix": "", "sortBy": {}}, "body/sortBy must have required property 'column'"),
    ],
)
async def test_a_list_of_nonsense_is_refused(
    storage: Server, alice: Person, bucket: str, asked: dict[str, Any], said: str
) -> None:
    answer = await storage.http.post(f"/object/list/{bucket}", headers=alice.headers, json=asked)

    assert_refused(answer, "REQ", said)


async def test_a_route_that_is_not_there_says_so(storage: Server, alice: Person) -> None:
    answer = await storage.http.post("/no/such/route", headers=alice.headers)

    assert answer.status_code == 404
    assert answer.json() == {
        "message": "Route POST:/no/such/route not found",
        "error": "Not Found",
        "statusCode": 404,
    }
