"""A process of the service, started cold, with a clock that runs faster: everybody asks at once."""

from __future__ import annotations

import asyncio
import sys
import time
from unittest.mock import patch

from httpx import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send

from my_supabase_service.main import create_app
from my_supabase_service.supabase import database, gate

CLIENTS = 64


async def main(faster: float, seconds: float) -> None:
    """Ask for readiness, and at first for more, for so many *seconds* of the fast clock."""

    def logins(address: database.Address) -> gate.LoginGate:
        return gate.LoginGate(address, lambda: time.monotonic() * faster)

    with patch.object(database, "LoginGate", logins):
        app = create_app()
        async with app.router.lifespan_context(app) as state:

            async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
                await app({**scope, "state": state}, receive, send)

            transport = ASGITransport(with_state)
            async with AsyncClient(transport=transport, base_url="http://service") as client:
                until = time.monotonic() + seconds / faster
                await asyncio.gather(*(client.get("/health/ready") for _ in range(CLIENTS)))
                while time.monotonic() < until:
                    answers = await asyncio.gather(
                        *(client.get("/health/ready") for _ in range(3)),
                    )
                    assert {answer.status_code for answer in answers} == {503}
                    await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), float(sys.argv[2])))
