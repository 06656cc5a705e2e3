"""Which tokens are sent to Storage, and what becomes of those that it does not take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from httpx import AsyncClient, Response
from local.people import ALICE
from starlette.responses import JSONResponse
from tests.rendered.storage.wire.conftest import Asked, Scripted

CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "upload": ("POST", "/files", {"files": {"file": ("a.txt", b"hello")}}),
    "list": ("GET", "/files", {}),
    "go to": ("GET", "/files/a.txt", {}),
    "download": ("GET", "/files/a.txt?inline=true", {}),
    "sign": ("POST", "/files/signed-url", {"json": {"path": "a.txt"}}),
    "sign an upload": ("POST", "/files/signed-upload", {"json": {"path": "a.txt"}}),
    "remove": ("DELETE", "/files/a.txt", {}),
}


async def call(client: AsyncClient, name: str, token: str) -> Response:
    method, path, sent = CALLS[name]
    return await client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **sent)


@pytest.mark.parametrize("times", [{"exp": -1}, {"exp": 0}, {"exp": 1}, {"nbf": 5}], ids=str)
async def test_a_token_that_storage_would_not_take_goes_nowhere(
    client: AsyncClient, storage: Scripted, token: Callable[..., str], times: dict[str, int]
) -> None:
    """Storage counts to the second. Ours are a few seconds late, as clocks may differ by them."""
    for name in CALLS:
        claims = {claim: int(time.time()) + seconds for claim, seconds in times.items()}
        answer = await call(client, name, token(ALICE, **claims))
        assert (name, answer.status_code) == (name, 401)
        assert "WWW-Authenticate" in answer.headers
    assert storage.asked == []


def refuse(asked: Asked) -> JSONResponse:
    """Answer as Storage does to a token that has expired by its own clock."""
    if asked.method == "GET" and "/authenticated/" not in asked.path:
        said = {"statusCode": "404", "error": "Bucket not found", "message": "Bucket not found"}
    else:
        message = '"exp" claim timestamp check failed'
        said = {"statusCode": "403", "error": "Unauthorized", "message": message}
    return JSONResponse(said, 400)


@pytest.mark.parametrize("name", CALLS)
async def test_a_token_that_is_over_by_the_clock_of_storage_is_401_and_no_alarm(
    client: AsyncClient,
    storage: Scripted,
    token: Callable[..., str],
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    storage.otherwise = refuse

    answer = await call(client, name, token(ALICE))

    assert answer.status_code == 401
    assert "bucket" not in caplog.text


@pytest.mark.parametrize("status", [401, 403, 404, 503])
async def test_a_file_is_created_even_if_nothing_more_can_be_said_of_it(
    client: AsyncClient, storage: Scripted, token: Callable[..., str], status: int
) -> None:
    """Its upload takes a while, in which a token expires."""
    storage.says(200, {"Key": "files/x", "Id": "0"})
    for _ in range(3):
        storage.says(400, {"statusCode": str(status), "error": "e", "message": "m", "code": "c"})

    answer = await call(client, "upload", token(ALICE))

    assert (answer.status_code, answer.json()["etag"]) == (201, None)
    assert (answer.json()["size"], answer.json()["content_type"]) == (5, "text/plain")
