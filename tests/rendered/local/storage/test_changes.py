"""Moves, copies, removals, and who may do them."""

from __future__ import annotations

import pytest
from tests.rendered.local.storage.servers import Person, Server, assert_refused, refused


@pytest.fixture
async def path(alice: Person, bucket: str) -> str:
    """An object of Alice's."""
    path = alice.path("hello.txt")
    await alice.storage.from_(bucket).upload(path, b"hello")
    return path


@pytest.fixture
async def theirs(bob: Person, bucket: str) -> str:
    """An object of Bob's."""
    path = bob.path("hello.txt")
    await bob.storage.from_(bucket).upload(path, b"bob's")
    return path


async def test_a_moved_object_is_elsewhere(alice: Person, bucket: str, path: str) -> None:
    files = alice.storage.from_(bucket)

    assert await files.move(path, alice.path("new")) == {"message": "Successfully moved"}

    assert await files.download(alice.path("new")) == b"hello"
    assert not await files.exists(path)


async def test_a_copied_object_is_there_twice(alice: Person, bucket: str, path: str) -> None:
    files = alice.storage.from_(bucket)

    answer = await files.copy(path, alice.path("new"))
    await files.update(path, b"changed")

    assert answer["Key"] == f"{bucket}/{alice.path('new')}"
    assert answer["Id"] == (await files.info(alice.path("new")))["id"]
    assert await files.download(alice.path("new")) == b"hello"
    dates = {"created_at", "updated_at", "last_accessed_at"}
    assert set(answer) >= {"id", "name", "owner_id", "version", "metadata", *dates}
    assert answer["user_metadata"] == {}  # pyright: ignore[reportUnnecessaryComparison]


async def test_nothing_is_moved_or_copied_to_where_the_caller_may_not_write(
    alice: Person, bob: Person, bucket: str, path: str, theirs: str
) -> None:
    files = alice.storage.from_(bucket)

    for destination in (bob.path("new"), theirs):
        with refused("RLS"):
            await files.move(path, destination)
        with refused("RLS"):
            await files.copy(path, destination)

    assert await files.download(path) == b"hello"
    assert await bob.storage.from_(bucket).download(theirs) == b"bob's"


async def test_nothing_is_moved_or_copied_that_the_caller_may_not_see(
    alice: Person, bob: Person, bucket: str, theirs: str
) -> None:
    files = alice.storage.from_(bucket)

    for source in (theirs, alice.path("nothing")):
        with refused("NOKEY"):
            await files.move(source, alice.path("mine"))
        with refused("NOKEY"):
            await files.copy(source, alice.path("mine"))

    assert await bob.storage.from_(bucket).download(theirs) == b"bob's"


async def test_a_copy_or_move_replaces_nothing(alice: Person, bucket: str, path: str) -> None:
    files = alice.storage.from_(bucket)
    await files.upload(alice.path("other"), b"other")

    with refused("DUP"):
        await files.copy(path, alice.path("other"))
    with refused("DUP"):
        await files.move(path, alice.path("other"))

    assert await files.download(alice.path("other")) == b"other"


async def test_a_removal_answers_what_it_removed(
    alice: Person, bob: Person, bucket: str, path: str, theirs: str
) -> None:
    """What is another's or not there is left out, without a word."""
    removed = await alice.storage.from_(bucket).remove([path, theirs, alice.path("nothing")])

    assert [row["name"] for row in removed] == [path]
    assert not await alice.storage.from_(bucket).exists(path)
    assert await bob.storage.from_(bucket).download(theirs) == b"bob's"


async def test_one_object_is_removed_by_its_name(
    storage: Server, alice: Person, bucket: str, path: str, theirs: str
) -> None:
    first = await storage.http.delete(f"/object/{bucket}/{path}", headers=alice.headers)
    again = await storage.http.delete(f"/object/{bucket}/{path}", headers=alice.headers)
    other = await storage.http.delete(f"/object/{bucket}/{theirs}", headers=alice.headers)

    assert first.json() == {"message": "Successfully deleted"}
    assert_refused(again, "NOKEY")
    assert_refused(other, "AUTH", "Access denied")


async def test_a_removal_names_something(alice: Person, bucket: str) -> None:
    with refused("REQ", "body/prefixes must NOT have fewer than 1 items"):
        await alice.storage.from_(bucket).remove([])
