"""A process of the service, started cold, with a clock that runs faster: everybody asks at once."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from httpx import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send

from my_supabase_service.main import create_app
from my_supabase_service.supabase.database import engine
from my_supabase_service.supabase.database.actor import NOBODY
from my_supabase_service.supabase.database.login import gate
from my_supabase_service.supabase.database.transaction import transaction
from my_supabase_service.supabase.http.errors import Unavailable

CLIENTS = 64


async def refused(held: engine.Database) -> None:
    """Want a transaction, as a request does."""
    with suppress(Unavailable):
        async with transaction(held, NOBODY):
            raise AssertionError("it can log in")


async def main(faster: float, seconds: float) -> None:
    """Ask for readiness, and at first for more, for so many *seconds* of the fast clock."""

    def logins(address: engine.Address) -> gate.LoginGate:
        return gate.LoginGate(address, lambda: time.monotonic() * faster)

    with patch.object(engine, "LoginGate", logins):
        app = create_app()
        async with app.router.lifespan_context(app) as made:
            state: Any = made

            async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
                await app({**scope, "state": state}, receive, send)

            transport = ASGITransport(with_state)
            async with AsyncClient(transport=transport, base_url="http://service") as client:
                until = time.monotonic() + seconds / faster
                held = state["database"]
                await asyncio.gather(*(refused(held) for _ in range(CLIENTS)))
                while time.monotonic() < until:
                    answers = await asyncio.gather(
                        *(client.get("/health/ready") for _ in range(3)),
                    )
                    assert {answer.status_code for answer in answers} == {503}
                    await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), float(sys.argv[2])))
