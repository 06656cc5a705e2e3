"""Signed URLs: good for one object, one purpose, and some time."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from tests.rendered.local.storage.servers import Person, Server, assert_refused, refused


@pytest.fixture
async def path(alice: Person, bucket: str) -> str:
    """An object of Alice's."""
    path = alice.path("hello.txt")
    await alice.storage.from_(bucket).upload(path, b"hello")
    return path


@pytest.fixture
async def url(alice: Person, bucket: str, path: str) -> str:
    """A signed URL of that object."""
    return str((await alice.storage.from_(bucket).create_signed_url(path, 60))["signedUrl"])


async def test_a_signed_url_needs_nothing_else(storage: Server, url: str) -> None:
    assert (await storage.http.get(url)).content == b"hello"
    assert (await storage.http.get(url, headers={"Range": "bytes=1-2"})).content == b"el"


async def test_it_says_what_it_is_for(url: str, bucket: str, path: str) -> None:
    claims = jwt.decode(token_of(url), options={"verify_signature": False})

    assert (claims["url"], claims["scope"]) == (f"{bucket}/{path}", "download")
    assert claims["exp"] - claims["iat"] == 60


async def test_it_can_make_a_browser_save_the_file(
    storage: Server, alice: Person, bucket: str, path: str
) -> None:
    files = alice.storage.from_(bucket)
    url = (await files.create_signed_url(path, 60, {"download": "x.txt"}))["signedUrl"]

    answer = await storage.http.get(str(url))

    said = answer.headers["content-disposition"].removesuffix(";")
    assert said == "attachment; filename=x.txt; filename*=UTF-8''x.txt"


async def test_only_who_may_read_an_object_signs_for_it(
    alice: Person, bob: Person, nobody: Person, bucket: str, path: str
) -> None:
    for caller in (bob, nobody):
        with refused("NOKEY"):
            await caller.storage.from_(bucket).create_signed_url(path, 60)
    with refused("NOKEY"):
        await alice.storage.from_(bucket).create_signed_url(alice.path("nothing"), 60)
    with refused("REQ", "body/expiresIn must be >= 1"):
        await alice.storage.from_(bucket).create_signed_url(path, 0)


async def test_many_are_signed_at_once_and_a_bad_one_spoils_no_other(
    storage: Server, alice: Person, bob: Person, bucket: str, path: str
) -> None:
    await bob.storage.from_(bucket).upload(bob.path("his"), b"x")
    names = [path, bob.path("his"), alice.path("nothing")]

    good, *bad = await alice.storage.from_(bucket).create_signed_urls(names, 60)

    assert (await storage.http.get(str(good["signedUrl"]))).content == b"hello"
    assert [(each["path"], each["signedURL"]) for each in bad] == [
        (name, None) for name in names[1:]
    ]
    assert {each["error"] for each in bad} == {
        "Either the object does not exist or you do not have access to it"
    }


async def test_a_token_that_was_changed_or_made_up_is_refused(storage: Server, url: str) -> None:
    header, claims, signature = token_of(url).split(".")
    forged = jwt.encode(
        jwt.decode(token_of(url), options={"verify_signature": False}), "x" * 32, "HS256"
    )
    address = url.partition("?")[0]

    for token in (f"{header}.{claims}.A{signature[1:]}x", forged):
        answer = await storage.http.get(address, params={"token": token})
        assert_refused(answer, "JWT", "signature verification failed")
    answer = await storage.http.get(address, params={"token": "garbage"})
    assert_refused(answer, "JWT", "Invalid Compact JWS")
    assert_refused(
        await storage.http.get(address), "REQ", "querystring must have required property 'token'"
    )


async def test_a_token_expires(storage: Server, alice: Person, bucket: str, path: str) -> None:
    url = str((await alice.storage.from_(bucket).create_signed_url(path, 1))["signedUrl"])

    await asyncio.sleep(1.1)

    answer = await storage.http.get(url)
    assert_refused(answer, "JWT", '"exp" claim timestamp check failed')


async def test_a_token_is_for_one_object(
    storage: Server, alice: Person, bucket: str, url: str
) -> None:
    await alice.storage.from_(bucket).upload(alice.path("other"), b"other")
    other = f"/object/sign/{bucket}/{alice.path('other')}"

    assert_refused(await storage.http.get(other, params={"token": token_of(url)}), "SIG")


async def test_a_signed_upload_needs_nothing_else_and_is_good_once(
    storage: Server, alice: Person, bucket: str
) -> None:
    files = alice.storage.from_(bucket)
    signed = await files.create_signed_upload_url(alice.path("new"))
    claims = jwt.decode(signed["token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 7200
    del claims["exp"], claims["iat"]
    assert claims == {
        "owner": alice.id,
        "url": f"{bucket}/{alice.path('new')}",
        "upsert": False,
        "scope": "upload",
    }

    first = await storage.http.put(signed["signed_url"], content=b"one")
    again = await storage.http.put(signed["signed_url"], content=b"two")

    assert first.json() == {"Key": f"{bucket}/{alice.path('new')}"}
    assert_refused(again, "DUP")
    assert await files.download(alice.path("new")) == b"one"
    assert (await files.remove([alice.path("new")]))[0]["owner_id"] == alice.id


async def test_the_client_uploads_with_a_token(alice: Person, nobody: Person, bucket: str) -> None:
    path = alice.path("new")
    signed = await alice.storage.from_(bucket).create_signed_upload_url(path)

    with refused("SIG"):
        await nobody.storage.from_(bucket).upload_to_signed_url(
            alice.path("other"), signed["token"], b"x"
        )
    await nobody.storage.from_(bucket).upload_to_signed_url(path, signed["token"], b"x")

    assert await alice.storage.from_(bucket).download(path) == b"x"


async def test_only_who_may_upload_signs_for_it(
    alice: Person, bob: Person, bucket: str, path: str
) -> None:
    with refused("RLS"):
        await bob.storage.from_(bucket).create_signed_upload_url(alice.path("new"))
    with refused("RLS"):
        await bob.storage.from_(bucket).create_signed_upload_url(path)
    with refused("DUP"):
        await alice.storage.from_(bucket).create_signed_upload_url(path)


async def test_a_token_is_for_one_purpose(
    storage: Server, alice: Person, bucket: str, path: str, url: str
) -> None:
    address = f"/object/upload/sign/{bucket}/{path}"
    upload = await alice.storage.from_(bucket).create_signed_upload_url(alice.path("new"))

    written = await storage.http.put(address, params={"token": token_of(url)}, content=b"x")
    read = await storage.http.get(
        f"/object/sign/{bucket}/{alice.path('new')}", params={"token": upload["token"]}
    )

    assert_refused(written, "SCOPE", "upload")
    assert_refused(read, "SCOPE", "download")
    assert await alice.storage.from_(bucket).download(path) == b"hello"


def token_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["token"][0]
