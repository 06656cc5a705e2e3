"""What the owner adds in `features.py` is a part of the service like any other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from fastapi import APIRouter, FastAPI, Request
from httpx import AsyncClient
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from my_supabase_service import main
from my_supabase_service.settings import Settings


class Melted(Exception):
    """An error of the feature's own."""


class Stamp:
    """Marks each answer, and fails where it is asked to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/broken":
            raise ZeroDivisionError

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-stamp", b"mine")]
            await send(message)

        await self.app(scope, receive, stamped)


@asynccontextmanager
async def open_kettle(_app: FastAPI) -> AsyncGenerator[dict[str, str]]:
    yield {"kettle": "hot"}


router = APIRouter(prefix="/kettle", lifespan=open_kettle)


@router.get("")
async def read_kettle(request: Request) -> str:
    return request.state.kettle


@router.get("/melted")
async def melt() -> str:
    raise Melted


async def melted(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"title": "melted"}, status_code=418)


def include(app: FastAPI, settings: Settings) -> None:
    assert settings.database_pool_size
    app.include_router(router)
    app.add_middleware(Stamp)
    app.add_exception_handler(Melted, melted)


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr(main, "include", include)
    return main.create_app(settings)


async def test_a_router_opens_what_its_routes_need(client: AsyncClient) -> None:
    """Beside what the service opens itself."""
    assert (await client.get("/kettle")).json() == "hot"
    assert (await client.get("/health/ready")).status_code == 200


async def test_an_error_has_a_handler(client: AsyncClient) -> None:
    answer = await client.get("/kettle/melted")

    assert (answer.status_code, answer.json()) == (418, {"title": "melted"})


async def test_the_services_own_middleware_is_around_that_of_features(client: AsyncClient) -> None:
    """An answer has its id and its caching, also where a middleware of the owner's fails."""
    answer = await client.get("/kettle")
    broken = await client.get("/broken")

    assert answer.headers["x-stamp"] == "mine"
    assert broken.status_code == 500
    assert broken.headers["content-type"] == "application/problem+json"
    for each in (answer, broken):
        assert each.headers["x-request-id"]
        assert "no-store" in each.headers["cache-control"]


async def test_routes_are_documented_with_their_problems(client: AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]

    assert "503" in paths["/kettle"]["get"]["responses"]
