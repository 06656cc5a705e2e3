"""Uploads, as the real client sends them and as it does not."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from urllib.parse import quote

import pytest
from httpx import ReadError
from storage3.types import CreateOrUpdateBucketOptions
from tests.rendered.local.storage.servers import Person, Server, assert_refused, post, refused


async def test_an_upload_answers_key_and_id_and_belongs_to_the_caller(
    storage: Server, alice: Person, bucket: str
) -> None:
    answer = await post(storage, alice, bucket, "hello.txt", b"hello")

    body = answer.json()
    info = await alice.storage.from_(bucket).info(alice.path("hello.txt"))
    removed = await alice.storage.from_(bucket).remove([alice.path("hello.txt")])
    assert answer.status_code == 200
    assert body == {"Key": f"{bucket}/{alice.id}/hello.txt", "Id": info["id"]}
    assert (removed[0]["owner"], removed[0]["owner_id"]) == (alice.id, alice.id)


async def test_what_is_uploaded_comes_back(alice: Person, bucket: str) -> None:
    files = alice.storage.from_(bucket)
    content = bytes(range(256)) * 1000

    uploaded = await files.upload(alice.path("b.bin"), content, {"metadata": {"tags": ["a", "ü"]}})

    assert uploaded.full_path == f"{bucket}/{alice.path('b.bin')}"
    assert await files.download(alice.path("b.bin")) == content
    assert (await files.info(alice.path("b.bin")))["metadata"] == {"tags": ["a", "ü"]}


async def test_nobody_uploads_where_no_policy_lets_them(
    alice: Person, bob: Person, nobody: Person, bucket: str
) -> None:
    for caller, path in (
        (alice, bob.path("hello.txt")),
        (alice, "hello.txt"),
        (nobody, alice.path("hello.txt")),
    ):
        for upsert in ("false", "true"):
            with refused("RLS"):
                await caller.storage.from_(bucket).upload(path, b"hello", {"upsert": upsert})


async def test_a_bucket_that_is_not_there_takes_nothing(alice: Person, new_bucket: str) -> None:
    with refused("NOBKT"):
        await alice.storage.from_(new_bucket).upload(alice.path("hello.txt"), b"hello")


async def test_a_name_is_taken_unless_the_client_says_upsert(
    storage: Server, alice: Person, bucket: str
) -> None:
    files = alice.storage.from_(bucket)
    first = await post(storage, alice, bucket, "hello.txt", b"one")

    with refused("DUP"):
        await files.upload(alice.path("hello.txt"), b"two")
    assert await files.download(alice.path("hello.txt")) == b"one"

    second = await post(storage, alice, bucket, "hello.txt", b"two", {"x-upsert": "true"})
    assert second.json() == first.json()
    assert await files.download(alice.path("hello.txt")) == b"two"


async def test_an_update_replaces_bytes_and_type(alice: Person, bucket: str) -> None:
    files = alice.storage.from_(bucket)
    await files.upload(alice.path("hello"), b"one")

    await files.update(alice.path("hello"), b"{}", {"content-type": "application/json"})

    info = await files.info(alice.path("hello"))
    assert (info["content_type"], info["size"]) == ("application/json", 2)
    assert await files.download(alice.path("hello")) == b"{}"


async def test_an_empty_file_is_a_file(alice: Person, bucket: str) -> None:
    files = alice.storage.from_(bucket)

    await files.upload(alice.path("empty"), b"")

    assert (await files.info(alice.path("empty")))["size"] == 0
    assert await files.download(alice.path("empty")) == b""


async def test_a_bucket_takes_as_much_as_its_limit(service: Person, new_bucket: str) -> None:
    await service.storage.create_bucket(new_bucket, options={"file_size_limit": 100})
    files = service.storage.from_(new_bucket)

    await files.upload("as much", b"x" * 100)
    with refused("BIG"):
        await files.upload("more", b"x" * 101)
    assert not await files.exists("more")


async def test_no_bucket_takes_more_than_the_project(
    service: Person, new_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is 50 MiB, unless the variable of Storage itself says otherwise."""
    await service.storage.create_bucket(new_bucket)
    files = service.storage.from_(new_bucket)
    with refused("BIG"):
        await files.upload("too much", bytes(50 * 2**20 + 1))

    monkeypatch.setenv("UPLOAD_FILE_SIZE_LIMIT", "100")
    await files.upload("as much", bytes(100))
    with refused("BIG"):
        await files.upload("more", bytes(101))
    with refused("BIG"):
        await service.storage.update_bucket(new_bucket, {"file_size_limit": 101})


async def test_much_more_than_the_limit_is_refused_as_well(
    service: Person, new_bucket: str
) -> None:
    """A server that hung up on a client that is still sending would show as a lost connection."""
    await service.storage.create_bucket(new_bucket, options={"file_size_limit": 100})

    with refused("BIG"):
        await service.storage.from_(new_bucket).upload("much", bytes(30_000_000))


@pytest.mark.parametrize(
    ("allowed", "said", "is_taken"),
    [
        ("image/png", "image/png", True),
        ("image/*", "image/png", True),
        ("text/plain", "text/plain;charset=UTF-8", True),
        ("image/png", "text/plain", False),
        ("image/*", "text/plain", False),
    ],
)
async def test_a_bucket_takes_the_types_that_it_allows(
    service: Person, new_bucket: str, allowed: str, said: str, *, is_taken: bool
) -> None:
    """What counts is what the client says: the content is not looked at."""
    options: CreateOrUpdateBucketOptions = {"allowed_mime_types": [allowed]}
    await service.storage.create_bucket(new_bucket, options=options)
    files = service.storage.from_(new_bucket)

    if is_taken:
        await files.upload("file", b"no image", {"content-type": said})
        return
    with refused("MIME", said):
        await files.upload("file", b"\x89PNG\r\n\x1a\n", {"content-type": said})


async def test_a_body_that_is_no_form_is_the_file(
    storage: Server, alice: Person, bucket: str
) -> None:
    metadata = base64.b64encode(json.dumps({"a": 1}).encode()).decode()
    headers = {"content-type": "text/css", "cache-control": "max-age=7", "x-metadata": metadata}

    await post(storage, alice, bucket, "raw.css", b"a {}", headers)

    info = await alice.storage.from_(bucket).info(alice.path("raw.css"))
    kept = (info["content_type"], info["cache_control"], info["size"], info["metadata"])
    assert kept == ("text/css", "max-age=7", 4, {"a": 1})


async def test_an_interrupted_upload_leaves_no_object(
    storage: Server, alice: Person, bucket: str
) -> None:
    async def half() -> AsyncGenerator[bytes]:
        yield b"x" * 100_000
        raise ReadError("the client dies")

    with pytest.raises(ReadError):
        await post(storage, alice, bucket, "half", half(), {"content-length": "200000"})
    await asyncio.sleep(0.3)  # the server hears of it a little later

    assert not await alice.storage.from_(bucket).exists(alice.path("half"))


async def test_a_form_without_its_end_leaves_no_object(
    storage: Server, alice: Person, bucket: str
) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name=""; filename="f"\r\n\r\nhalf of it'
    headers = {"content-type": "multipart/form-data; boundary=b"}

    answer = await post(storage, alice, bucket, "half", form, headers)

    assert_refused(answer, "EMPTY", "Unexpected end of form")
    assert not await alice.storage.from_(bucket).exists(alice.path("half"))


async def test_a_form_without_a_file_is_refused(
    storage: Server, alice: Person, bucket: str
) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name="cacheControl"\r\n\r\n1\r\n--b--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b"}

    answer = await post(storage, alice, bucket, "none", form, headers)

    assert_refused(answer, "EMPTY", "No content provided")


async def test_without_metadata_of_the_users_own_there_is_an_empty_one(
    storage: Server, alice: Person, bucket: str
) -> None:
    """Also where what was sent is none."""
    await post(storage, alice, bucket, "bare", b"x")
    await post(storage, alice, bucket, "bad", b"x", {"x-metadata": "no base64!"})
    files = alice.storage.from_(bucket)

    for name in ("bare", "bad"):
        assert (await files.info(alice.path(name)))["metadata"] == {}
    removed = await files.remove([alice.path("bare")])
    assert removed[0]["user_metadata"] == {}


async def test_a_form_may_say_the_type_in_a_field(
    storage: Server, alice: Person, bucket: str
) -> None:
    url = f"/object/{bucket}/{quote(alice.path('typed'), safe='')}"
    sent = {"file": ("x", b"a,b", "application/octet-stream")}

    await storage.http.post(
        url, headers=alice.headers, data={"contentType": "text/csv"}, files=sent
    )

    assert (await alice.storage.from_(bucket).info(alice.path("typed")))["content_type"] == (
        "text/csv"
    )
