"""The service under a prefix, in another application, and behind a proxy that cuts its path."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from local.people import ALICE
from starlette.types import Receive, Scope, Send
from tests.rendered.memos.routes import router as memos

LARGE = b"x" * 2 * 1024 * 1024

PLACES = {
    "nowhere else": ("", "", ""),
    "a root path": ("/api", "/api", ""),
    "a root path that the proxy cuts": ("/api", "", ""),
    "a mount": ("", "", "/v1"),
    "a mount under a root path": ("/api", "/api", "/v1"),
}
"""The root path; what of it the service sees of a path; the mount."""


@pytest.fixture(params=["", "/inner"], ids=["as it is", "with a prefix"])
def prefix(request: pytest.FixtureRequest, app: FastAPI) -> str:
    """Include every router again, under a prefix."""
    if request.param:
        from my_supabase_service.files.routes import router as files  # noqa: PLC0415

        app.include_router(memos, prefix=request.param)
        app.include_router(files, prefix=request.param)
    return request.param


@pytest.fixture(params=PLACES.values(), ids=[*PLACES])
async def outside(
    request: pytest.FixtureRequest,
    app: FastAPI,
    state: Mapping[str, Any],
    token: Callable[..., str],
    prefix: str,
) -> AsyncGenerator[AsyncClient]:
    """Alice's client, which knows the whole path."""
    root_path, seen, mount = request.param
    whole: Any = app
    if mount:
        whole = FastAPI()
        whole.mount(mount, app)

    async def server(scope: Scope, receive: Receive, send: Send) -> None:
        cut = scope["path"].removeprefix(root_path)
        inner = {"root_path": root_path, "path": seen + cut, "state": dict(state)}
        await whole({**scope, **inner}, receive, send)

    headers = {"Authorization": f"Bearer {token(ALICE)}", "Host": "evil.example"}
    async with AsyncClient(transport=ASGITransport(server), headers=headers) as client:
        client.base_url = f"http://service{root_path}{mount}{prefix}"
        yield client


async def test_a_memo_is_where_its_location_says(outside: AsyncClient) -> None:
    created = await outside.post("/memos", json={"title": "milk"})

    location = created.headers["Location"]
    assert location.startswith("/"), location
    found = await outside.get(f"http://service{location}")
    assert (found.status_code, found.json()) == (200, created.json())


async def test_a_file_is_taken_up_to_its_own_limit(outside: AsyncClient) -> None:
    """And no other body is."""
    form = {"file": ("größe #1?.txt", LARGE)}

    created = await outside.post("/files", files=form)

    assert created.status_code == 201, created.text
    found = await outside.get(f"http://service{created.headers['Location']}?inline=true")
    assert found.content == LARGE
    assert (await outside.post("/memos", json={"title": "x", "body": "x" * 2_000_000})).is_error
    for path in ("/memos", "/files/signed-url"):
        assert (await outside.post(path, content=LARGE)).status_code == 413
    assert (await outside.delete(f"http://service{created.headers['Location']}")).is_success


async def test_a_path_has_its_methods_there_too(outside: AsyncClient) -> None:
    assert (await outside.head("/memos")).status_code == 200
    assert (await outside.options("/memos")).headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert (await outside.put("/memos")).headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert (await outside.delete("/memos/export")).headers["Allow"] == "GET, HEAD, OPTIONS"
    assert (await outside.get("/memos/")).status_code == 404
