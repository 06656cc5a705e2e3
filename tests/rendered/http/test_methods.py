"""What every path answers besides its routes, a feature of yours included."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from httpx import AsyncClient
from starlette.responses import StreamingResponse

ANY = "00000000-0000-4000-8000-000000000000"
UNDOCUMENTED = {"/docs": {"get"}, "/openapi.json": {"get"}}

steps: list[str] = []


async def endless() -> AsyncGenerator[bytes]:
    try:
        while True:
            steps.append("more")
            yield b"x" * 1000
            await asyncio.sleep(0)
    finally:
        steps.append("closed")


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The service with a feature more, which does nothing of all this itself."""
    router = APIRouter(prefix="/things")

    @router.get("")
    async def list_things() -> list[int]:
        return [1, 2, 3]

    @router.put("")
    async def replace_things() -> None: ...

    @router.get("/stream")
    async def stream_things() -> StreamingResponse:
        return StreamingResponse(endless(), media_type="text/plain")

    @router.head("/head")
    @router.options("/head")
    async def own_head() -> None: ...

    app.include_router(router)
    steps.clear()
    return app


async def paths(client: AsyncClient) -> dict[str, set[str]]:
    """Every path, filled in, and the methods that it has routes for."""
    found = {**UNDOCUMENTED}
    for path, operations in (await client.get("/openapi.json")).json()["paths"].items():
        found[re.sub("{[^}]*}", ANY, path)] = {*operations}
    return found


async def test_head_is_get_without_a_body(alice: AsyncClient) -> None:
    """Everything else is the same: the status, and every header of the answer."""
    differs = {"x-request-id", "retry-after"}

    for path, methods in (await paths(alice)).items():
        if "get" in methods and path != "/things/stream":
            head, get = await alice.head(path), await alice.get(path)

            assert (path, head.status_code, head.content) == (path, get.status_code, b"")
            assert {*head.headers.items()} ^ {*get.headers.items()} <= {
                each for each in (*head.headers.items(), *get.headers.items()) if each[0] in differs
            }, path


async def test_head_of_a_stream_reads_no_more_than_its_beginning(client: AsyncClient) -> None:
    head = await client.head("/things/stream")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert steps.count("more") == 1


async def test_a_path_tells_all_its_methods(alice: AsyncClient) -> None:
    """To whoever asks, and to whoever sends one that it has not."""
    for path, methods in (await paths(alice)).items():
        implied = {"HEAD"} if "get" in methods else set[str]()
        expected = {each.upper() for each in methods} | implied | {"OPTIONS"}

        for method in {"TRACE", "PURGE", "PUT", "DELETE"} - expected:
            refused = await alice.request(method, path)
            assert (path, refused.status_code, refused.json()["status"]) == (path, 405, 405)
            assert {*refused.headers["Allow"].split(", ")} == expected, path

        if path != "/things/head":
            told = await alice.options(path)
            assert (told.status_code, told.content) == (204, b"")
            assert {*told.headers["Allow"].split(", ")} == expected, path


async def test_a_route_of_your_own_for_head_or_options_is_asked(client: AsyncClient) -> None:
    assert (await client.head("/things/head")).status_code == 200
    assert (await client.options("/things/head")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE"])
@pytest.mark.parametrize("path", ["/nowhere", "/memos/", "/health/live/", "//evil.example.com/.."])
async def test_a_path_without_a_route_is_404(client: AsyncClient, method: str, path: str) -> None:
    """Also where a slash more or less would lead somewhere: nobody is sent on."""
    answer = await client.request(method, f"http://service{path}", headers={"Host": "evil.example"})

    assert answer.status_code == 404
    assert "evil.example" not in f"{answer.headers}"


async def test_no_answer_is_kept_in_a_cache(alice: AsyncClient, client: AsyncClient) -> None:
    """Whoever asks, whatever comes of it; what may be kept says so itself."""
    for path in await paths(client):
        for each in (alice, client):
            for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                if path != "/things/stream" or method != "GET":
                    answer: Any = await each.request(method, path)
                    assert answer.headers["Cache-Control"] == "private, no-store", (method, path)


async def test_what_docs_is_made_of_may_be_kept(client: AsyncClient) -> None:
    first = await client.get("/static-offline-docs/swagger-ui.css")
    etag = {"If-None-Match": first.headers["ETag"]}

    assert "Cache-Control" not in first.headers
    again = await client.get("/static-offline-docs/swagger-ui.css", headers=etag)
    assert again.status_code == 304
