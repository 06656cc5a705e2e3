"""The service in front of an Auth service that a test can command; no database is needed."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from httpx import AsyncClient, Response
from tests.rendered.auth.signing import AuthService, Key, SignIn

NO_DATABASE = "postgresql://postgres:secret@127.0.0.1:1/postgres?sslmode=disable"


class Clock:
    """Goes as fast as the real one, from where a test puts it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
async def auth() -> AsyncGenerator[AuthService]:
    service = AuthService()
    await service.start()
    yield service
    await service.stop()


@pytest.fixture(scope="session")
def rsa_key() -> Key:
    return Key("rsa", rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="session")
def ed25519_key() -> Key:
    return Key("ed25519", ed25519.Ed25519PrivateKey.generate())


@pytest.fixture
def secret(request: pytest.FixtureRequest) -> str | None:
    """The secret of a project that signs with HS256, which few still do."""
    return getattr(request, "param", None)


@pytest.fixture
def settings(auth: AuthService, secret: str | None, new_settings: Callable[..., Any]) -> Any:
    return new_settings(database_url=NO_DATABASE, supabase_url=auth.url, supabase_jwt_secret=secret)


@pytest.fixture
def sign_in(client: AsyncClient) -> SignIn:
    """Show a token, and get the answer of `/me`."""

    async def sign_in(token: str) -> Response:
        return await client.get("/me", headers={"Authorization": f"Bearer {token}"})

    return sign_in


@pytest.fixture
def clock(state: Mapping[str, Any]) -> Clock:
    """The clock by which the running service keeps its keys."""
    clock = Clock()
    state["tokens"].keys.clock = clock
    return clock
