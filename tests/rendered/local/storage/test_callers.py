"""Who a request acts as, by its key and its token."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import jwt
import pytest
from tests.rendered.local.storage.servers import Person, Server, assert_refused, refused

ALL = {"prefix": ""}
EXPIRED = '"exp" claim timestamp check failed'


@pytest.mark.parametrize("sent", [{}, {"apikey": "sb_secret_guessed"}])
async def test_without_a_key_of_the_project_nobody_gets_in(
    storage: Server, alice: Person, sent: dict[str, str], bucket: str
) -> None:
    headers = {"Authorization": alice.headers["Authorization"], **sent}

    answer = await storage.http.get(f"/object/{bucket}/a", headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize("with_key_as_token", [True, False])
async def test_the_secret_key_alone_is_the_service_role(
    storage: Server, service: Person, *, with_key_as_token: bool
) -> None:
    headers = service.headers if with_key_as_token else {"apikey": storage.secret}

    answer = await storage.http.get("/bucket", headers=headers)

    assert answer.status_code == 200


async def test_a_user_stays_a_user_behind_the_secret_key(
    storage: Server, alice: Person, bucket: str
) -> None:
    headers = {**alice.headers, "apikey": storage.secret}

    answer = await storage.http.get(f"/bucket/{bucket}", headers=headers)

    assert answer.json()["error"] == "Bucket not found"


async def test_the_secret_key_is_no_token_behind_the_publishable_key(storage: Server) -> None:
    headers = {"apikey": storage.publishable, "Authorization": f"Bearer {storage.secret}"}

    answer = await storage.http.get("/bucket", headers=headers)

    assert answer.json()["statusCode"] == "403"


async def test_a_bad_token_is_refused_on_every_route(storage: Server, bucket: str) -> None:
    expired = await storage.user(exp=int(time.time()) - 10)
    malformed = await storage.caller(storage.publishable, "garbage")

    for caller, said in ((expired, EXPIRED), (malformed, "Invalid Compact JWS")):
        files = caller.storage.from_(bucket)
        attempts: list[Awaitable[Any]] = [
            files.upload("a", b"x"),
            files.list(),
            files.create_signed_url("a", 60),
            files.create_signed_upload_url("a"),
            files.remove(["a"]),
        ]
        for attempt in attempts:
            with refused("AUTH", said):
                await attempt


async def test_a_token_of_another_project_is_refused(
    storage: Server, alice: Person, bucket: str
) -> None:
    head, claims, _ = alice.headers["Authorization"].removeprefix("Bearer ").split(".")
    forged = await storage.caller(storage.publishable, f"{head}.{claims}.{'A' * 86}")

    with refused("AUTH", "signature verification failed"):
        await forged.storage.from_(bucket).list()


READS = ["/object/{}", "/object/info/{}"]


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_to_a_bad_token_a_private_bucket_is_not_there(
    storage: Server, alice: Person, bucket: str, read: str, method: str
) -> None:
    """Nothing else tells it from a bucket that is missing."""
    await alice.storage.from_(bucket).upload(alice.path("a"), b"x", {"upsert": "true"})
    url = read.format(f"{bucket}/{alice.path('a')}")

    for bad in bad_tokens(storage, alice):
        answer = await storage.http.request(method, url, headers={**alice.headers, **bad})
        assert answer.status_code == 400
        if method == "GET":
            assert_refused(answer, "NOBKT")


@pytest.mark.parametrize("read", ["/object/authenticated/{}", "/object/info/authenticated/{}"])
async def test_the_routes_for_callers_tell_a_bad_token_from_a_missing_bucket(
    storage: Server, alice: Person, bucket: str, new_bucket: str, read: str
) -> None:
    for bad in bad_tokens(storage, alice):
        url = read.format(f"{bucket}/{alice.path('a')}")
        answer = await storage.http.get(url, headers={**alice.headers, **bad})
        assert answer.json()["statusCode"] == "403"

    missing = await storage.http.get(read.format(f"{new_bucket}/a"), headers=alice.headers)
    assert_refused(missing, "NOBKT")


async def test_a_bad_token_reads_what_everybody_may(
    storage: Server, alice: Person, service: Person, new_bucket: str
) -> None:
    await service.storage.create_bucket(new_bucket, options={"public": True})
    await service.storage.from_(new_bucket).upload("a", b"x")

    for bad in bad_tokens(storage, alice):
        answer = await storage.http.get(f"/object/{new_bucket}/a", headers={**alice.headers, **bad})
        assert answer.content == b"x"


def bad_tokens(storage: Server, person: Person) -> list[dict[str, str]]:
    """Return the headers of who comes with an expired, a forged and a made-up token."""
    head, claims, _ = person.headers["Authorization"].split(".")
    tokens = [
        storage.mint(UUID(person.id), exp=int(time.time()) - 1),
        f"{head}.{claims}.{'A' * 86}".removeprefix("Bearer "),
        "garbage",
    ]
    return [{"Authorization": f"Bearer {token}"} for token in tokens]


async def test_a_token_counts_to_the_second(storage: Server, bucket: str) -> None:
    """There is no leeway, neither at its end nor at its beginning; when it was made counts not."""
    now = int(time.time())
    over = await storage.user(exp=now)
    early = await storage.user(nbf=now + 60)
    made_tomorrow = await storage.user(iat=now + 86400)

    with refused("AUTH", EXPIRED):
        await over.storage.from_(bucket).list()
    with refused("AUTH", '"nbf" claim timestamp check failed'):
        await early.storage.from_(bucket).list()
    assert await made_tomorrow.storage.from_(bucket).list() == []


async def test_a_token_of_another_algorithm_is_refused(
    storage: Server, alice: Person, bucket: str
) -> None:
    claims = jwt.decode(token_of(alice), options={"verify_signature": False})
    unsigned = await storage.caller(storage.publishable, jwt.encode(claims, "", "none"))

    with refused("AUTH", '"alg" (Algorithm) Header Parameter value not allowed'):
        await unsigned.storage.from_(bucket).list()


def token_of(person: Person) -> str:
    return person.headers["Authorization"].removeprefix("Bearer ")


async def test_a_token_without_a_role_is_anons(storage: Server, bucket: str) -> None:
    """For whom no policy says anything."""
    caller = await storage.user(role="")

    with refused("RLS"):
        await caller.storage.from_(bucket).upload(caller.path("a"), b"x")


@pytest.mark.parametrize("role", ["postgres", "supabase_admin"])
async def test_a_token_reaches_no_role_but_those_of_the_api(
    storage: Server, bucket: str, role: str
) -> None:
    caller = await storage.user(role=role)

    with refused("AUTH", f'permission denied to set role "{role}"'):
        await caller.storage.from_(bucket).upload(caller.path("a"), b"x")


async def test_a_role_that_is_not_there_is_a_failure(storage: Server, bucket: str) -> None:
    caller = await storage.user(role="no such role")

    answer = await storage.http.post(f"/object/{bucket}/a", headers=caller.headers, content=b"x")

    assert (answer.status_code, answer.json()["statusCode"]) == (500, "500")
    assert answer.json()["message"] == "database error, code: 22023"


async def test_a_user_whose_id_is_no_uuid_is_told_so(storage: Server, bucket: str) -> None:
    """Policies cast it."""
    caller = await storage.user(sub="alice")

    answer = await storage.http.post(f"/object/list/{bucket}", headers=caller.headers, json=ALL)

    assert_refused(answer, "VALUE", 'invalid input syntax for type uuid: "alice"')
