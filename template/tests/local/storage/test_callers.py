"""Who a request acts as, by its key and its token."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import Any

import pytest
from tests.local.storage.servers import Person, Server, refused

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


@pytest.mark.parametrize("role", ["", "postgres", "supabase_admin", "no such role"])
async def test_a_token_reaches_no_role_but_those_of_the_api(
    storage: Server, bucket: str, role: str
) -> None:
    """Without any it is `anon`, for whom no policy says anything."""
    caller = await storage.user(role=role)

    with refused("RLS"):
        await caller.storage.from_(bucket).upload(caller.path("a"), b"x")
