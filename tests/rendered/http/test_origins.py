"""Which pages may call the service, and settings by which none ever could."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx import AsyncClient
from pydantic import ValidationError

PROJECT = {"supabase_project_id": "a" * 20, "database_password": "x"}

WRONG = {
    '["https://a.example.com"]': "without quotes or brackets",
    '"https://a.example.com"': "without quotes or brackets",
    "'https://a.example.com'": "without quotes or brackets",
    "https://a.example.com,*": "write * alone",
    "https://*.example.com": "CORS_ORIGIN_PATTERN",
    "https://a.example.com/app": "write https://a.example.com",
    "https://a.example.com?x": "write https://a.example.com",
    "https://a.example.com#x": "write https://a.example.com",
    "a.example.com": "write https://a.example.com",
    "HTTPS://A.example.com": "write https://a.example.com",
    "https://a.example.com:443": "write https://a.example.com",
    "http://a.example.com:80": "write http://a.example.com",
    "https://user:secret@a.example.com": "write https://a.example.com",
    "http://[0:0::1]:3000": "write http://[::1]:3000",
    "localhost:3000": "is no origin",
    "https://a.example.com:99999": "is no origin",
    "https://a.example.com:x": "is no origin",
    "ftp://a.example.com": "is no origin",
    "https//a.example.com": "is no origin",
    "https://bücher.example.com": "xn--",
    "https://a.example.com https://b.example.com": "is no origin",
    "https://a.example.com;https://b.example.com": "is no origin",
    "null": "is no origin",
    "file://": "is no origin",
    "http://127.1": "is no origin",
}


@pytest.mark.parametrize(("text", "remedy"), WRONG.items(), ids=[*WRONG])
def test_an_origin_that_no_browser_sends_stops_the_start(
    new_settings: Callable[..., Any], text: str, remedy: str
) -> None:
    with pytest.raises(ValidationError, match="cors_origins") as refused:
        new_settings(**PROJECT, cors_origins=text)

    assert remedy in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://a.example.com",
        "https://a.example.com/",
        "https://xn--bcher-kva.example.com",
        "http://localhost:3000, http://127.0.0.1:3000",
        "http://[::1]:3000",
        "capacitor://localhost",
    ],
)
def test_an_origin_as_browsers_send_it_is_taken(
    new_settings: Callable[..., Any], text: str
) -> None:
    expected = [each.strip().removesuffix("/") for each in text.split(",")]

    assert new_settings(**PROJECT, cors_origins=text).cors_origins == expected


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*",
        "https://*.com",
        "https://a-*.com",
        "https://a.*.com",
        "https://example.*",
        "https://*example.com",
        "https://*.vercel.app",
        "https://*.*.example.com",
        "https://**.example.com",
        "*://a.example.com",
        "https://a.example.com:*",
        "https://*.example.com/app",
        "https://a.example.com",
        "^https://.*$",
    ],
)
def test_a_pattern_that_others_could_match_stops_the_start(
    new_settings: Callable[..., Any], text: str
) -> None:
    with pytest.raises(ValidationError, match="cors_origin_pattern"):
        new_settings(**PROJECT, cors_origin_pattern=text)


class TestPattern:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        changes = {
            "cors_origins": ["https://app.example.com"],
            "cors_origin_pattern": [
                "https://my-app-*-team.vercel.app",
                "https://*.pr.example.com:8443",
            ],
        }
        return settings.model_copy(update=changes)

    @pytest.mark.parametrize(
        ("origin", "is_allowed"),
        [
            ("https://app.example.com", True),
            ("https://my-app-git-main-team.vercel.app", True),
            ("https://7.pr.example.com:8443", True),
            ("https://my-app--team.vercel.app", False),
            ("https://my-app-x.y-team.vercel.app", False),
            ("https://my-app-x-team.vercel.app.evil.com", False),
            ("https://evil.com/my-app-x-team.vercel.app", False),
            ("https://evil.com#my-app-x-team.vercel.app", False),
            ("https://my-app-x-teamXvercel.app", False),
            ("http://my-app-x-team.vercel.app", False),
            ("https://my-app-x-team.vercel.app:8443", False),
            ("https://7.pr.example.com", False),
            ("https://a@7.pr.example.com:8443", False),
            ("https://app.example.com.evil.com", False),
            ("https://my-app-x-team.vercel.app\n", False),
            ("null", False),
        ],
    )
    async def test_a_star_is_a_part_of_one_name(
        self, client: AsyncClient, origin: str, is_allowed: bool
    ) -> None:
        """Asked before, and answered after; whatever comes of it, an error too."""
        sent = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}

        asked = await client.options("/memos", headers=sent)
        answers = [
            asked,
            await client.get("/health/live", headers={"Origin": origin}),
            await client.get("/me", headers={"Origin": origin}),
            await client.get("/nowhere", headers={"Origin": origin}),
            await client.post(
                "/memos", headers={"Origin": origin, "Content-Length": "99999999"}, content=b"{"
            ),
        ]

        expected = origin if is_allowed else None
        assert [each.status_code for each in answers[1:]] == [200, 401, 404, 413]
        for answer in answers:
            assert answer.headers.get("Access-Control-Allow-Origin") == expected
            assert "Origin" in answer.headers["Vary"]
            assert "Access-Control-Allow-Credentials" not in answer.headers
        assert asked.status_code == (200 if is_allowed else 403)
        assert is_allowed or asked.json()["status"] == 403
