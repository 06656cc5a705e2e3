"""What every request passes before a route sees it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from httpx import AsyncClient


@pytest.fixture
def settings(settings: Any) -> Any:
    changes = {"max_request_bytes": 100, "cors_origins": ["https://app.example.com"]}
    return settings.model_copy(update=changes)


async def in_parts(size: int) -> AsyncGenerator[bytes]:
    for _ in range(size // 10):
        yield b"x" * 10


@pytest.mark.parametrize("path", ["/memos", "/health/live", "/nowhere"])
async def test_a_declared_body_over_the_limit_is_refused_unread(
    client: AsyncClient, path: str
) -> None:
    async def unread() -> AsyncGenerator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    answer = await client.post(path, content=unread(), headers={"content-length": "101"})

    assert answer.status_code == answer.json()["status"] == 413


async def test_a_body_of_unknown_length_is_refused_once_it_is_over(client: AsyncClient) -> None:
    answer = await client.post(
        "/memos", content=in_parts(1000), headers={"content-type": "application/json"}
    )

    assert answer.status_code == answer.json()["status"] == 413


async def test_a_body_at_the_limit_is_read(alice: AsyncClient) -> None:
    content = b'{"title": "milk"}'.ljust(100)

    answer = await alice.post(
        "/memos", content=content, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://app.example.com", "https://app.example.com"), ("https://evil.example.com", None)],
)
async def test_only_pages_of_the_listed_origins_may_call(
    client: AsyncClient, origin: str, allowed: str | None
) -> None:
    answer = await client.get("/health/live", headers={"Origin": origin})

    assert answer.headers.get("Access-Control-Allow-Origin") == allowed


def test_origins_are_separated_by_commas(
    new_settings: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example.com/, https://b.example.com")

    settings = new_settings(supabase_project_id="a" * 20, database_password="x")  # noqa: S106

    assert settings.cors_origins == ["https://a.example.com", "https://b.example.com"]
