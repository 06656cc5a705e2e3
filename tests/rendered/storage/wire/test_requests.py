"""With which keys and whose token Storage is asked."""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import urlsafe_b64decode
from collections.abc import Callable
from uuid import uuid4

import pytest
from httpx import AsyncClient
from local.people import ALICE
from starlette.responses import JSONResponse, Response
from tests.rendered.storage.wire.conftest import Asked, Scripted


async def test_a_request_has_the_publishable_key_and_the_callers_token(
    alice: AsyncClient, storage: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    await alice.post("/files", files={"file": ("a.txt", b"hello")})
    await alice.get("/files/a.txt?inline=true")
    await alice.get("/files/a.txt")
    await alice.delete("/files/a.txt")

    token = alice.headers["Authorization"]
    assert len(storage.asked) == 5
    assert {each.headers["apikey"] for each in storage.asked} == {"sb_publishable_key"}
    assert {each.headers["authorization"] for each in storage.asked} == {token}
    assert token.removeprefix("Bearer ") not in caplog.text


async def test_an_upload_is_a_form_as_storage_reads_it(
    alice: AsyncClient, storage: Scripted, png: bytes
) -> None:
    content = png + bytes(range(256)) * 8192

    await alice.post("/files", files={"file": ("ü.png", content)}, params={"upsert": True})

    [upload, _] = storage.asked
    assert upload.path == f"/storage/v1/object/files/{ALICE}/=C3=BC.png"
    assert upload.headers["x-upsert"] == "true"
    assert upload.form
    assert upload.form["cacheControl"] == "3600"
    assert upload.file == content
    assert getattr(upload.form["file"], "content_type", "") == "image/png"


async def test_sixty_four_users_at_once_never_have_each_others_token(
    client: AsyncClient, storage: Scripted, token: Callable[..., str]
) -> None:
    """Each gets a URL in which Storage put whose token it saw, and whose folder."""
    storage.otherwise = whose
    users = [str(uuid4()) for _ in range(64)]

    async def ask(user: str) -> str:
        headers = {"Authorization": f"Bearer {token(user)}"}
        for _ in range(5):
            answer = await client.post("/files/signed-url", json={"path": "a"}, headers=headers)
            assert f"token={user}" in answer.json()["url"]
            assert f"/{user}/a" in answer.json()["url"]
        return user

    assert await asyncio.gather(*map(ask, users)) == users


def whose(asked: Asked) -> Response:
    claims = asked.headers["authorization"].split(".")[1]
    user = json.loads(urlsafe_b64decode(f"{claims}=="))["sub"]
    key = asked.path.removeprefix("/storage/v1/object/sign/")
    return JSONResponse({"signedURL": f"/object/sign/{key}?token={user}"})
