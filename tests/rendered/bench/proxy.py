"""A network between a client and a server: it counts flights, takes its time, and breaks.

Made of callbacks and not of tasks, so that it costs little beside what is measured through it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from math import inf, nextafter
from typing import cast


class Proxy:
    """What the network is told to do, and what it saw."""

    port: int

    def __init__(self, host: str, port: int, delay: float) -> None:
        self.delay = delay
        """Seconds that data take, in each direction; to connect takes none."""
        self.flights = 0
        """Turns of the clients: what one sends at first, and what it sends after an answer."""
        self.connections = 0
        """How many were opened."""
        self.ends: set[End] = set()
        """The sockets that are open, of both sides."""
        self._server = (host, port)
        self._swallow = False
        self._dials: set[asyncio.Task[None]] = set()

    @property
    def swallow(self) -> bool:
        """While true nothing gets through, and nobody is told.

        The connections that lived through it stay silent afterwards; new ones work.
        """
        return self._swallow

    @swallow.setter
    def swallow(self, value: bool) -> None:
        self._swallow = value
        for end in self.ends:
            end.dead = end.dead or value

    def reset(self) -> None:
        """Count from 0 again."""
        self.flights = self.connections = 0

    async def cut(self) -> None:
        """Close every connection at once, on both sides."""
        ends = [*self.ends]
        for end in ends:
            end.transport.abort()
        while not self.ends.isdisjoint(ends):
            await asyncio.sleep(0)

    def opened(self, client: ClientEnd) -> None:
        """Connect *client* to the server, unless the network is swallowing."""
        self.connections += 1
        if not client.dead:
            dial = asyncio.create_task(self._dial(client))
            self._dials.add(dial)
            dial.add_done_callback(self._dials.discard)

    async def _dial(self, client: ClientEnd) -> None:
        client.transport.pause_reading()
        loop = asyncio.get_running_loop()
        try:
            _, server = await loop.create_connection(lambda: End(self), *self._server)
        except OSError:
            client.transport.abort()
            return
        server.other, client.other = client, server
        server.dead = client.dead
        if client.transport.is_closing():
            server.transport.abort()
        client.transport.resume_reading()

    async def close(self) -> None:
        """Close everything."""
        dials = [*self._dials]
        for dial in dials:
            dial.cancel()
        await asyncio.gather(*dials, return_exceptions=True)
        await self.cut()


class End(asyncio.Protocol):
    """One socket of a connection; what it reads is written by the other one."""

    transport: asyncio.Transport
    other: End | None = None

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.dead = proxy.swallow
        self._under_way = 0
        self._last = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.proxy.ends.add(self)

    def data_received(self, data: bytes) -> None:
        self._send(lambda other: other.write(data))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.proxy.ends.discard(self)
        self._send(lambda other: other.transport.close())

    def pause_writing(self) -> None:
        """Let a slow reader slow down who writes to it."""
        if self.other:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other:
            self.other.transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Hand on what the other end read."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def _send(self, arrive: Callable[[End], None]) -> None:
        """Let something arrive at the other end, after the delay and in its turn."""
        if not self.proxy.delay and not self._under_way:
            self._arrive(arrive)
            return
        loop = asyncio.get_running_loop()
        # Timers of the same moment may run in any order.
        self._last = max(loop.time() + self.proxy.delay, nextafter(self._last, inf))
        self._under_way += 1
        loop.call_at(self._last, self._arrive_later, arrive)

    def _arrive_later(self, arrive: Callable[[End], None]) -> None:
        self._under_way -= 1
        self._arrive(arrive)

    def _arrive(self, arrive: Callable[[End], None]) -> None:
        if self.other and not self.dead:
            arrive(self.other)


class ClientEnd(End):
    """The socket of a client, where flights are counted."""

    may_begin = True
    """Whether what comes next is a new flight."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.proxy.opened(self)

    def data_received(self, data: bytes) -> None:
        self.proxy.flights += self.may_begin
        self.may_begin = False
        super().data_received(data)

    def write(self, data: bytes) -> None:
        self.may_begin = True
        super().write(data)


@asynccontextmanager
async def proxy(host: str, port: int, *, delay: float = 0) -> AsyncGenerator[Proxy]:
    """Run a network whose far side is the server at *host* and *port*."""
    network = Proxy(host, port, delay)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: ClientEnd(network), "127.0.0.1", 0)
    network.port = server.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        server.close()
        await network.close()
        await server.wait_closed()
