"""The server connections of the emulated pooler, handed out first come, first served."""

from __future__ import annotations

import asyncio
from asyncio import IncompleteReadError, StreamWriter
from contextlib import suppress
from dataclasses import dataclass
from struct import pack
from typing import Protocol

from sqlalchemy import URL

from .refusals import REFUSALS, Refused, checkout_timeout
from .wire import CANCEL, IDLE, Login, log_in, message, read


class Client(Protocol):
    """Who may have a server connection."""

    writer: StreamWriter
    server: Server | None


@dataclass(eq=False)
class Server:
    """A server connection, and whose it is at the moment."""

    login: Login
    client: Client | None = None

    async def send(self, sent: bytes) -> None:
        """Hand on what the client sent."""
        self.login.writer.write(sent)
        await self.login.writer.drain()


class Servers:
    """Up to *size* connections to the database of *url*."""

    def __init__(self, url: URL, size: int) -> None:
        self.url = url
        self.parameters: dict[str, str] = {}
        """What the server says of itself to who logs in."""
        # None stands for a connection that is to be opened.
        self._idle: asyncio.Queue[Server | None] = asyncio.Queue()
        for _ in range(size):
            self._idle.put_nowait(None)
        self._open: dict[Server, asyncio.Task[None]] = {}

    def ports(self) -> list[int]:
        """Give our end of each open connection."""
        return [each.login.writer.get_extra_info("sockname")[1] for each in self._open]

    async def take(self, client: Client, patience: float) -> Server:
        """Give *client* a connection until it is idle again."""
        try:
            async with asyncio.timeout(patience):
                server = await self._idle.get()
        except TimeoutError:
            raise Refused(checkout_timeout(patience)) from None
        try:
            if server is None or server not in self._open:
                server = await self._dial()
        except OSError:
            self._idle.put_nowait(None)
            raise Refused(REFUSALS["econnrefused"]) from None
        except BaseException:
            self._idle.put_nowait(None)
            raise
        server.client, client.server = client, server
        return server

    def discard(self, server: Server) -> None:
        """Close a connection whose client left it in the middle of something."""
        server.client = None
        server.login.writer.close()
        self._idle.put_nowait(None)

    async def cancel(self, server: Server) -> None:
        """Ask Postgres to cancel what runs there."""
        reader, writer = await asyncio.open_connection(self.url.host, self.url.port)
        writer.write(message(b"", pack("!i", CANCEL) + server.login.key))
        await reader.read()  # it closes when it has done so
        writer.close()

    async def learn(self) -> None:
        """Log in once, to know what to tell clients, also while Postgres is down."""
        server = await self._dial()
        self.parameters = server.login.parameters
        self._idle.get_nowait()
        self._idle.put_nowait(server)

    async def close(self) -> None:
        """Close every connection."""
        tasks = [*self._open.values()]
        for server in self._open:
            server.login.writer.close()
        await asyncio.gather(*tasks)

    async def _dial(self) -> Server:
        server = Server(await log_in(self.url, "Supavisor"))
        self._open[server] = asyncio.create_task(self._hand_back(server))
        return server

    async def _hand_back(self, server: Server) -> None:
        """Let what Postgres answers reach whose connection it is."""
        with suppress(OSError, IncompleteReadError):
            while True:
                answer = await read(server.login.reader)
                client = server.client
                if client and answer == IDLE:
                    # Taken back at once: whatever is answered after it has lost its way.
                    client.server = server.client = None
                    self._idle.put_nowait(server)
                    client.writer.write(answer)
                elif client:
                    client.writer.write(answer)
                    with suppress(OSError):  # it has left, which its own task sees
                        await client.writer.drain()
        del self._open[server]
        server.login.writer.close()
        if server.client:
            server.client.writer.close()
