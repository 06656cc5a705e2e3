"""The service in front of a Storage that says what a test wants; no database is needed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from local.http import serving
from starlette.datastructures import FormData, Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

NO_DATABASE = "postgresql://postgres:secret@127.0.0.1:1/postgres?sslmode=disable"
SIGNED = {"signedURL": "/object/sign/files/x?token=t"}
METHODS = ["GET", "POST", "PUT", "DELETE"]


@dataclass
class Asked:
    """One request that Storage got."""

    method: str
    path: str
    headers: Headers
    form: FormData | None
    file: bytes


@dataclass
class Scripted:
    """Answers what a test wrote down, else as it does *otherwise*; keeps what it was asked."""

    url: str = ""
    answers: list[Response] = field(default_factory=list[Response])
    asked: list[Asked] = field(default_factory=list[Asked])
    otherwise: Callable[[Asked], Response] = field(default_factory=lambda: all_is_well)

    def says(self, status: int, body: dict[str, str] | str) -> None:
        """Answer so once."""
        answer = HTMLResponse if isinstance(body, str) else JSONResponse
        self.answers.append(answer(body, status))

    async def answer(self, request: Request) -> Response:
        sent = request.headers.get("content-type", "").startswith("multipart")
        form = await request.form() if sent else None
        file = form["file"] if form else None
        body = await file.read() if file and not isinstance(file, str) else b""
        asked = Asked(request.method, request.url.path, request.headers, form, body)
        self.asked.append(asked)
        await request.close()
        return self.answers.pop(0) if self.answers else self.otherwise(asked)


def all_is_well(asked: Asked) -> Response:
    """Answer as Storage does on success."""
    if "/object/sign/" in asked.path:
        return JSONResponse(SIGNED)
    if "/object/info/" in asked.path:
        return JSONResponse({"size": len(asked.file), "content_type": "text/plain", "etag": '"e"'})
    if "/object/list-v2/" in asked.path:
        return JSONResponse({"hasNext": False, "folders": [], "objects": []})
    if asked.method == "DELETE":
        return JSONResponse([])
    return JSONResponse({"Key": "files/x", "Id": "0"})


@pytest.fixture
async def storage() -> AsyncGenerator[Scripted]:
    scripted = Scripted()
    route = Route("/storage/v1/{path:path}", scripted.answer, methods=METHODS)
    async with serving(lambda _: [route]) as url:
        scripted.url = url
        yield scripted


@pytest.fixture
def settings(stand_in: dict[str, str], storage: Scripted, new_settings: Callable[..., Any]) -> Any:
    """The Auth service of the stand-in, which signed the tokens, beside the scripted Storage."""
    auth = f"{stand_in['SUPABASE_URL']}/auth/v1"
    return new_settings(
        database_url=NO_DATABASE,
        supabase_url=storage.url,
        supabase_jwks_url=f"{auth}/.well-known/jwks.json",
        supabase_jwt_issuer=[auth],
        supabase_publishable_key="sb_publishable_key",
        supabase_secret_key="sb_secret_key",  # noqa: S106
    )
