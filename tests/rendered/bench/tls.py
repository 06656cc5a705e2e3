"""A server that speaks TLS as Postgres does, and lets everybody in who believes it."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from struct import pack

from .certificates import Identity
from .wire import IDLE, SSL, VERSION_3, message, read_first, texts

WELCOME = message(b"R", pack("!i", 0)) + message(b"S", texts("server_version", "16.0")) + IDLE


class Server:
    """What it saw."""

    port: int

    def __init__(self, identity: Identity) -> None:
        self.logins: list[str] = []
        """Who told it their name, `encrypted` or `plain`: an impostor could have lied to them."""
        self._tasks: set[asyncio.Task[None]] = set()
        with tempfile.TemporaryDirectory() as folder:
            chain, key = identity.write(Path(folder))
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(chain, key)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Greet one client, and wait until it leaves."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        # A client that refuses the certificate leaves in the middle of the handshake.
        with suppress(OSError, IncompleteReadError):
            await self._greet(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _greet(self, reader: StreamReader, writer: StreamWriter) -> None:
        way = "plain"
        code, _ = await read_first(reader)
        if code == SSL:
            writer.write(b"S")
            await writer.start_tls(self._context)
            way = "encrypted"
            code, _ = await read_first(reader)
        assert code == VERSION_3
        self.logins.append(way)
        writer.write(WELCOME)
        await reader.read()

    async def close(self) -> None:
        """Wait until everybody has left."""
        await asyncio.gather(*self._tasks)


@asynccontextmanager
async def tls_server(identity: Identity) -> AsyncGenerator[Server]:
    """Run a server that claims to be *identity*."""
    believed = Server(identity)
    server = await asyncio.start_server(believed.serve, "127.0.0.1", 0)
    believed.port = server.sockets[0].getsockname()[1]
    try:
        yield believed
    finally:
        server.close()
        await believed.close()
