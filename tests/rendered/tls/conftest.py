"""A server of any identity, and what the service says of it."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.rendered.bench.authorities import POOLER, knock
from tests.rendered.bench.certificates import Identity
from tests.rendered.bench.tls import tls_server

from my_supabase_service.supabase.database.login import tls

NewSettings = Callable[..., Any]
Told = Callable[..., Awaitable[str]]
Have = Callable[..., None]


@pytest.fixture(scope="session")
def new_settings(new_settings: NewSettings) -> NewSettings:
    """Whose tokens are believed is another file's concern."""
    return partial(new_settings, supabase_url="https://api.example.com")


@pytest.fixture
def supabase(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Have:
    """Let Supabase's authorities be others, whose keys are here."""

    def have(*roots: Identity) -> None:
        files = [root.write_root(tmp_path / f"{n}.pem") for n, root in enumerate(roots)]
        monkeypatch.setattr(tls, "SUPABASE_ROOTS", files)

    return have


@pytest.fixture
def told(new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Told:
    """Connect as the service does to a server with an identity; give what is said, or nothing."""
    look_up = socket.getaddrinfo

    async def connect(
        identity: Identity, host: str = POOLER, query: str = "", own: Identity | None = None
    ) -> str:
        async with tls_server(identity) as server:

            def here(_host: str, _port: int, *rest: Any, **options: Any) -> Any:
                return look_up("127.0.0.1", server.port, *rest, **options)

            monkeypatch.setattr(socket, "getaddrinfo", here)
            port = server.port if host == "127.0.0.1" else 6543
            settings = new_settings(
                database_url=f"postgresql://postgres:secret@{host}:{port}/postgres{query}",
                database_ssl_root_cert=own.write_root(tmp_path / "own.pem") if own else None,
            )
            said = await knock(settings)
        way = "plain" if query == "?sslmode=disable" else "encrypted"
        assert server.logins == ([] if said else [way])
        return said

    return connect
