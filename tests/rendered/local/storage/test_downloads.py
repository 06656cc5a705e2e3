"""Downloads, and what is said of an object."""

from __future__ import annotations

import pytest
from storage3.exceptions import StorageApiError
from tests.rendered.local.storage.servers import Person, Server, refused


@pytest.fixture
async def path(alice: Person, bucket: str) -> str:
    """An object of Alice's."""
    path = alice.path("hello.txt")
    await alice.storage.from_(bucket).upload(path, b"0123456789", {"content-type": "text/plain"})
    return path


async def test_a_download_says_what_caches_need(
    storage: Server, alice: Person, bucket: str, path: str
) -> None:
    answer = await storage.http.get(f"/object/{bucket}/{path}", headers=alice.headers)

    assert answer.status_code == 200
    assert answer.content == b"0123456789"
    assert answer.headers["etag"] == '"781e5e245d69b566979b86e28d23f2c7"'
    assert answer.headers["cache-control"] == "max-age=3600"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["last-modified"].endswith("GMT")


async def test_a_part_of_an_object_can_be_asked_for(
    storage: Server, alice: Person, bucket: str, path: str
) -> None:
    headers = {**alice.headers, "Range": "bytes=2-4"}

    answer = await storage.http.get(f"/object/{bucket}/{path}", headers=headers)

    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["content-range"] == "bytes 2-4/10"


async def test_what_the_client_has_is_not_sent_again(
    storage: Server, alice: Person, bucket: str, path: str
) -> None:
    url = f"/object/{bucket}/{path}"
    etag = (await storage.http.get(url, headers=alice.headers)).headers["etag"]

    again = await storage.http.get(url, headers={**alice.headers, "If-None-Match": etag})
    other = await storage.http.get(url, headers={**alice.headers, "If-None-Match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


async def test_a_head_says_the_same_without_the_bytes(
    storage: Server, alice: Person, bob: Person, bucket: str, path: str
) -> None:
    answer = await storage.http.head(f"/object/{bucket}/{path}", headers=alice.headers)
    theirs = await storage.http.head(f"/object/{bucket}/{path}", headers=bob.headers)

    assert (answer.status_code, answer.headers["content-length"]) == (200, "10")
    assert theirs.status_code == 400


async def test_only_who_may_see_an_object_reads_it(
    alice: Person, bob: Person, nobody: Person, bucket: str, path: str
) -> None:
    assert await alice.storage.from_(bucket).download(path) == b"0123456789"
    for caller in (bob, nobody):
        with refused("NOKEY"):
            await caller.storage.from_(bucket).download(path)
        with refused("NOKEY"):
            await caller.storage.from_(bucket).info(path)
        assert not await caller.storage.from_(bucket).exists(path)


async def test_an_object_that_is_not_there(alice: Person, bucket: str) -> None:
    with refused("NOKEY"):
        await alice.storage.from_(bucket).download(alice.path("nothing"))
    assert not await alice.storage.from_(bucket).exists(alice.path("nothing"))


async def test_a_page_is_shown_as_text(
    storage: Server, alice: Person, bucket: str, path: str
) -> None:
    await alice.storage.from_(bucket).update(path, b"<script>", {"content-type": "text/html"})

    answer = await storage.http.get(f"/object/{bucket}/{path}", headers=alice.headers)

    assert answer.headers["content-type"].startswith("text/plain")


async def test_the_public_url_of_a_private_bucket_leads_nowhere(
    storage: Server, alice: Person, bucket: str, path: str
) -> None:
    answer = await storage.http.get(await alice.storage.from_(bucket).get_public_url(path))

    assert (answer.status_code, answer.json()["error"]) == (400, "Bucket not found")


async def test_everybody_reads_a_public_bucket(
    storage: Server, service: Person, new_bucket: str
) -> None:
    await service.storage.create_bucket(new_bucket, options={"public": True})
    files = service.storage.from_(new_bucket)
    await files.upload("a b.txt", b"hello")

    answer = await storage.http.get(await files.get_public_url("a b.txt", {"download": "ü.txt"}))

    assert answer.content == b"hello"
    assert answer.headers["content-disposition"].startswith("attachment; filename=%C3%BC.txt")


async def test_info_says_what_is_known(alice: Person, bucket: str, path: str) -> None:
    info = await alice.storage.from_(bucket).info(path)

    names = "id name version bucket_id size content_type cache_control etag metadata"
    assert set(info) >= {*names.split(), "last_modified", "created_at"}
    assert (info["name"], info["bucket_id"], info["size"]) == (path, bucket, 10)


async def test_images_are_not_transformed_here(
    alice: Person, bucket: str, path: str, storage: Server
) -> None:
    """A clear answer beats the original in the wrong size."""
    if "127.0.0.1" not in storage.url:
        pytest.skip("another server may well do it")
    with pytest.raises(StorageApiError, match="image transformation is not part"):
        await alice.storage.from_(bucket).download(path, {"transform": {"width": 10}})
