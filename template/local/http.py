"""The stand-in's HTTP server: Supabase's services under one address, on loopback only."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

USUAL_PORT = 54391
"""Beside that of Postgres, and away from those of `supabase start`."""


class Server(uvicorn.Server):
    """A server that leaves Ctrl-C to whoever runs it, and tells when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, and say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(services: Callable[[str], Iterable[BaseRoute]]) -> AsyncGenerator[str]:
    """Serve the routes that *services* makes for the address it is given; yield that address."""
    listener = _listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = Starlette(routes=[*services(url)])
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        await server.ready.wait()
        yield url
    finally:
        server.should_exit = True
        await task


def _listen() -> socket.socket:
    """Take the port of bookmarks, or any that is free."""
    for port in (USUAL_PORT, 0):
        # By its name, or asyncio sends small answers only after 40 ms: it sets TCP_NODELAY for TCP.
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()  # two that start together may both bind, and one of them listens
        except OSError:
            listener.close()
        else:
            return listener
    raise OSError("no port is free on 127.0.0.1")
