"""A small Supavisor in transaction mode, for what PgBouncer does not do.

It refuses in Supavisor's own words, loses connections at the beginning of a transaction, and takes
a server connection back at the first idle ReadyForQuery, whatever else was asked of it. As there,
the next client gets it with all of its session state.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from struct import pack

from sqlalchemy import make_url

from .pooled import REF, client_url, states
from .refusals import CHECKOUT_RETRIES, REFUSALS, Refused
from .servers import Server, Servers
from .wire import CANCEL, GOODBYE, GSS, SSL, fatal, message, read, read_first, texts


class Supavisor:
    """What the pooler is told to do, and what it saw."""

    port: int

    def __init__(self, database_url: str, servers: Servers) -> None:
        self.refuse: str | None = None
        """Which of `REFUSALS` is the answer to every login."""
        self.lose_begin: float = 0
        """How probable it is that a client that begins a transaction is lost instead."""
        self.checkout_timeout: float = 3
        """Seconds that a client waits for a server connection."""
        self.logins = 0
        """How many clients wanted to log in."""
        self.login_times: list[float] = []
        """When each of them did, by `time.monotonic()`."""
        self.lost = 0
        """How many were lost when they began a transaction."""
        self.servers = servers
        self.sessions: dict[bytes, Session] = {}
        """Who is logged in, by the key that a request to cancel names."""
        self._database_url = database_url
        self._tasks: set[asyncio.Task[None]] = set()
        # The same losses in each run.
        self._dice = random.Random(0)  # noqa: S311

    @property
    def url(self) -> str:
        """What a `DATABASE_URL` says to reach the database through it."""
        return client_url(self._database_url, self.port)

    async def states(self) -> list[str]:
        """Give the state of each server connection, such as `idle in transaction`."""
        return await states(self._database_url, self.servers.ports())

    async def begin(self, session: Session) -> Server:
        """Give a server connection to who begins a transaction."""
        if self._dice.random() < self.lose_begin:
            self.lost += 1
            raise Refused(CHECKOUT_RETRIES)
        return await self.servers.take(session, self.checkout_timeout)

    def admit(self, wishes: dict[str, str]) -> None:
        """Refuse a client that is to be refused, or does not know where it is."""
        self.logins += 1
        self.login_times.append(time.monotonic())
        user, _, ref = wishes.get("user", "").partition(".")
        reasons = {
            "ESTARTUPMESSAGE": "" in wishes.values(),
            "ENOIDENTIFIER": not ref,
            "ENOTFOUND": ref != REF,
            "EAUTHQUERY": user != "postgres",
            "database": wishes.get("database") != self.servers.url.database,
        }
        found = self.refuse or next((name for name, applies in reasons.items() if applies), None)
        if found:
            raise Refused(REFUSALS[found])

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Do what a client asks for, to its end."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await Session(self, reader, writer).run()
        except Refused as refused:
            writer.write(fatal(*refused.refusal))
        except (OSError, IncompleteReadError):
            pass  # it has gone
        finally:
            writer.close()

    async def disconnect(self) -> None:
        """End every client, as a restart of the pooler does."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """End everything."""
        await self.disconnect()
        await self.servers.close()


class Session:
    """One client."""

    def __init__(self, pooler: Supavisor, reader: StreamReader, writer: StreamWriter) -> None:
        self.server: Server | None = None
        """Its server connection, while it has one."""
        self._pooler = pooler
        self._reader = reader
        self.writer = writer

    async def run(self) -> None:
        """Welcome the client, and hand on what it sends until it leaves."""
        code, body = await read_first(self._reader)
        while code in {SSL, GSS}:
            self.writer.write(b"N")
            code, body = await read_first(self._reader)
        if code == CANCEL:
            await self._cancel(body)
            return
        key = await self._log_in(body)
        self._pooler.sessions[key] = self
        try:
            await self._hand_on()
        finally:
            del self._pooler.sessions[key]
            if self.server:  # in a transaction, or in the middle of a query
                self._pooler.servers.discard(self.server)

    async def _log_in(self, body: bytes) -> bytes:
        words = body[:-2].decode().split("\0")
        self._pooler.admit(dict(zip(words[::2], words[1::2], strict=True)))
        # In clear text, since that is the smallest way to see a wrong one.
        self.writer.write(message(b"R", pack("!i", 3)))
        if (await read(self._reader))[5:-1].decode() != self._pooler.servers.url.password:
            raise Refused(REFUSALS["password"])
        key = secrets.token_bytes(8)
        parameters = self._pooler.servers.parameters | {"application_name": "Supavisor"}
        self.writer.write(
            message(b"R", pack("!i", 0))
            + b"".join(message(b"S", texts(*parameter)) for parameter in parameters.items())
            + message(b"K", key)
            + message(b"Z", b"I")
        )
        return key

    async def _hand_on(self) -> None:
        while not (sent := await read(self._reader)).startswith(GOODBYE):
            server = self.server or await self._pooler.begin(self)
            await server.send(sent)

    async def _cancel(self, key: bytes) -> None:
        session = self._pooler.sessions.get(key)
        if session and session.server:
            await self._pooler.servers.cancel(session.server)


@asynccontextmanager
async def supavisor(database_url: str, *, pool_size: int = 2) -> AsyncGenerator[Supavisor]:
    """Run a pooler with *pool_size* server connections before the database of *database_url*."""
    servers = Servers(make_url(database_url), pool_size)
    await servers.learn()
    pooler = Supavisor(database_url, servers)
    server = await asyncio.start_server(pooler.serve, "127.0.0.1", 0, backlog=1024)
    pooler.port = server.sockets[0].getsockname()[1]
    try:
        yield pooler
    finally:
        server.close()
        await pooler.close()
        await server.wait_closed()
