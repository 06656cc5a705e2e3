"""Speaks to a server byte by byte, as no well-behaved client would."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn

from my_supabase_service.supabase.http.server.config import server_config
from my_supabase_service.supabase.http.server.connection import Connection

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def serving(
    app: Any, connection: type[Connection] = Connection, **keywords: Any
) -> AsyncGenerator[tuple[int, uvicorn.Server]]:
    """Serve *app* as it is deployed, on a port of its own."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = server_config(app, connection=connection, **keywords)
    config.timeout_keep_alive = 1
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1], server
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def connected(port: int) -> AsyncGenerator[tuple[StreamReader, StreamWriter]]:
    """Connect with little room for what is not read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    client.setblocking(False)  # noqa: FBT003
    try:
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=client, limit=64 * 1024)
    except BaseException:  # a cancellation too
        client.close()
        raise
    try:
        yield reader, writer
    finally:
        if not writer.transport.is_closing():
            writer.transport.abort()


async def whole(reader: StreamReader, within: float = 30) -> bytes:
    """Return all that comes until the server ends the connection."""
    async with asyncio.timeout(within):
        return await reader.read()


async def exchange(port: int, data: bytes) -> bytes:
    """Send *data*, whatever becomes of it, and return all that comes back."""
    async with connected(port) as (reader, writer):

        async def send() -> None:
            with suppress(ConnectionError):
                for begin in range(0, len(data), 2**20):
                    writer.write(data[begin : begin + 2**20])
                    await writer.drain()

        sending = asyncio.create_task(send())
        answer = await whole(reader)
        sending.cancel()
        return answer


async def dribble(port: int, begin: bytes, drop: bytes) -> bytes:
    """Send *begin*, and then *drop* again and again, until an answer has come."""
    async with connected(port) as (reader, writer):
        writer.write(begin)
        answer = asyncio.create_task(whole(reader))
        while not answer.done():
            writer.write(drop)
            await asyncio.wait([answer], timeout=0.02)
        return await answer


def statuses(answers: bytes) -> list[int]:
    """Return the status of each answer in *answers*."""
    return [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]
