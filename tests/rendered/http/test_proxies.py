"""Whose X-Forwarded headers are believed: those of the addresses in TRUSTED_PROXIES."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from tests.rendered.server.raw import exchange, serving

from my_supabase_service.main import create_app

REQUEST = (
    b"GET /whence HTTP/1.0\r\nX-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n\r\n"
)


async def whence(request: Request) -> JSONResponse:
    """Tell who asked, and how, as a route of the service sees it."""
    return JSONResponse([request.client and request.client.host, request.url.scheme])


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        ([], ["127.0.0.1", "http"]),
        (["192.0.2.0/24"], ["127.0.0.1", "http"]),
        (["192.0.2.0/24", "127.0.0.1"], ["203.0.113.7", "https"]),
        (["127.0.0.0/8"], ["203.0.113.7", "https"]),
    ],
    ids=str,
)
async def test_a_proxy_is_believed_only_when_its_address_is_named(
    settings: Any, monkeypatch: pytest.MonkeyPatch, proxies: list[str], seen: list[str]
) -> None:
    """And no variable of the server's own names one."""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    app = create_app(settings.model_copy(update={"trusted_proxies": proxies}))
    app.add_route("/whence", whence)

    async with serving(app) as (port, _):
        answer = await exchange(port, REQUEST)

    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == seen


@pytest.mark.parametrize(
    "proxies",
    [
        "*",
        "10.0.0.0/8,*",
        "0.0.0.0/0",
        "::/0",
        "localhost",
        "proxy.internal",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "127.0.0.1:80",
        '["10.0.0.0/8"]',
        "10.0.0.0/8 10.1.0.0/16",
    ],
)
async def test_what_is_no_network_stops_the_start(
    proxies: str,
    stand_in: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in (stand_in | {"TRUSTED_PROXIES": proxies}).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit, match="2"):
        create_app()

    told = capsys.readouterr().err
    assert "  TRUSTED_PROXIES " in told
    assert "Traceback" not in told
