"""A client that asks the service in this process, as whoever the token in TOKEN is."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    """Open *app*, with its pool and its keys, for as long as the client is used."""
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": dict(state or {})}, receive, send)

        async with AsyncClient(
            transport=ASGITransport(with_state),
            base_url="http://service",
            headers={"Authorization": f"Bearer {os.environ['TOKEN']}"},
        ) as client:
            yield client
