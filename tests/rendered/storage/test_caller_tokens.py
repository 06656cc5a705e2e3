"""Every call of files with every kind of token, against a Storage that answers as the real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from httpx import AsyncClient
from local.people import ALICE, BOB

NO_DATABASE = "postgresql://postgres:secret@127.0.0.1:1/postgres?sslmode=disable"

TAKEN: dict[str, dict[str, float]] = {
    "good": {},
    "over in a minute": {"exp": 60},
    "made in five seconds": {"iat": 5},
    "begun this second": {"nbf": 0},
}
REFUSED: dict[str, dict[str, Any]] = {
    "over a moment ago": {"exp": -1},
    "over this second": {"exp": 0},
    "over in a second": {"exp": 1},
    "over in a part of a second": {"exp": 0.5},
    "over since nine seconds": {"exp": -9},
    "over since a minute": {"exp": -60},
    "not begun": {"nbf": 5},
    "not begun for a minute": {"nbf": 60},
    "without a role": {"role": None},
    "of an empty role": {"role": ""},
    "of anon": {"role": "anon"},
    "of the service": {"role": "service_role"},
    "of postgres": {"role": "postgres"},
    "of no such role": {"role": "nobody"},
    "of no uuid": {"sub": "alice"},
    "of nobody": {"sub": None},
    "for another audience": {"aud": "others"},
    "of another project": {"iss": "https://example.com/auth/v1"},
}
TIMES = ("exp", "iat", "nbf")


@pytest.fixture
def settings(stand_in: dict[str, str], migrated: str, new_settings: Callable[..., Any]) -> Any:
    """No table is needed but those of Storage, and those are the stand-in's."""
    assert migrated
    return new_settings(
        database_url=NO_DATABASE,
        supabase_url=stand_in["SUPABASE_URL"],
        supabase_publishable_key=stand_in["SUPABASE_PUBLISHABLE_KEY"],
    )


async def statuses(client: AsyncClient, token: str | None, path: str) -> dict[str, int]:
    """Return the status of each kind of call, on a file that is there unless the first fails."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    sent = {"file": ("x", b"hello")}
    calls: dict[str, tuple[str, str, dict[str, Any]]] = {
        "upload": ("POST", "/files", {"files": sent, "data": {"path": path}}),
        "replace": ("POST", "/files?upsert=true", {"files": sent, "data": {"path": path}}),
        "list": ("GET", "/files", {}),
        "go to": ("GET", f"/files/{path}", {}),
        "download": ("GET", f"/files/{path}?inline=true", {}),
        "sign": ("POST", "/files/signed-url", {"json": {"path": path}}),
        "sign an upload": ("POST", "/files/signed-upload", {"json": {"path": f"{path} 2"}}),
        "remove": ("DELETE", f"/files/{path}", {}),
    }
    return {
        name: (await client.request(method, url, headers=headers, **arguments)).status_code
        for name, (method, url, arguments) in calls.items()
    }


GOOD = dict(
    zip(
        (
            "upload",
            "replace",
            "list",
            "go to",
            "download",
            "sign",
            "sign an upload",
            "remove",
        ),
        (201, 201, 200, 307, 200, 201, 201, 204),
        strict=True,
    )
)


def minted(mint: Callable[..., str], claims: dict[str, Any]) -> str:
    """Mint a token of Alice's; times are seconds from now."""
    now = time.time()
    seconds = {
        name: now + value if isinstance(value, float) else int(now) + value
        for name, value in claims.items()
        if name in TIMES
    }
    return mint(ALICE, **{**claims, **seconds})


async def test_a_token_that_storage_takes_opens_everything(
    client: AsyncClient, token: Callable[..., str]
) -> None:
    for name, claims in TAKEN.items():
        got = await statuses(client, minted(token, claims), str(uuid4()))
        assert (name, got) == (name, GOOD)


async def test_a_user_who_has_been_deleted_stays_one_until_the_token_ends(
    client: AsyncClient, token: Callable[..., str]
) -> None:
    assert await statuses(client, token(uuid4()), str(uuid4())) == GOOD


async def test_every_other_token_is_401_everywhere_and_no_alarm(
    client: AsyncClient, token: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    for name, claims in REFUSED.items():
        got = await statuses(client, minted(token, claims), str(uuid4()))
        assert (name, got) == (name, dict.fromkeys(GOOD, 401))
    assert "bucket" not in caplog.text


async def test_what_nobody_signed_is_401_everywhere(
    client: AsyncClient, token: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    head, claims, signature = token(ALICE).split(".")
    other = token(BOB).split(".")[1]
    said = jwt.decode(token(ALICE), options={"verify_signature": False})
    for bad in (
        f"{head}.{other}.{signature}",
        f"{head}.{claims}.{'A' * 86}",
        f"{head}.{claims}.",
        jwt.encode(said, "", "none"),
        jwt.encode(said, "x" * 32, "HS256"),
        "garbage",
        "",
        None,
    ):
        assert await statuses(client, bad, str(uuid4())) == dict.fromkeys(GOOD, 401), bad
    assert "bucket" not in caplog.text


class TestWithoutBucket:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"storage_bucket": "no-such-bucket"})

    async def test_a_missing_bucket_is_an_operators_matter_wherever_storage_tells_it(
        self, client: AsyncClient, token: Callable[..., str], caplog: pytest.LogCaptureFixture
    ) -> None:
        """A list of it is empty, and a URL for what is in it is refused like one for any file."""
        got = await statuses(client, token(ALICE), str(uuid4()))

        assert got == {
            "upload": 503,
            "replace": 503,
            "list": 200,
            "go to": 404,
            "download": 503,
            "sign": 404,
            "sign an upload": 503,
            "remove": 404,
        }
        assert "the bucket is missing" in caplog.text

    async def test_even_then_an_expired_token_is_401(
        self, client: AsyncClient, token: Callable[..., str], caplog: pytest.LogCaptureFixture
    ) -> None:
        got = await statuses(client, minted(token, {"exp": -1}), str(uuid4()))

        assert got == dict.fromkeys(GOOD, 401)
        assert "bucket" not in caplog.text
