"""What answers that nobody reads may hold, and for how long."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from tests.rendered.server.raw import GET, connected, serving, statuses, whole

from my_supabase_service.supabase.http.server.connection import Connection
from my_supabase_service.supabase.http.server.limits import Limits

MEBIBYTE = 2**20
PAGE = bytes(range(256)) * (8 * MEBIBYTE // 256)


class Quick(Connection):
    limits = Limits(idle_reader=0.5, unread_bytes=20 * MEBIBYTE, tick=0.03)


class Served:
    """An application with an answer of each kind, and how often it was asked."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "page"
        self.file.write_bytes(PAGE)
        self.asked = self.streamed = 0
        self.app = Starlette(
            routes=[
                Route("/page", self.page),
                Route("/stream", self.stream),
                Route("/file", self.send_file),
                Route("/small", self.small),
            ]
        )

    async def page(self, _request: Request) -> Response:
        self.asked += 1
        # A copy, as each page is an object of its own.
        return Response(bytes(bytearray(PAGE)))

    async def stream(self, _request: Request) -> Response:
        async def parts() -> AsyncGenerator[bytes]:
            for begin in range(0, len(PAGE), MEBIBYTE):
                self.streamed += 1
                yield PAGE[begin : begin + MEBIBYTE]

        return StreamingResponse(parts())

    async def send_file(self, _request: Request) -> Response:
        return FileResponse(self.file)

    async def small(self, _request: Request) -> Response:
        return PlainTextResponse("x" * 60_000)


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


@pytest.fixture
async def port(served: Served) -> AsyncGenerator[int]:
    async with serving(served.app, Quick) as (port, _):
        yield port


def ask(path: str, *fields: bytes) -> bytes:
    return b"GET /%s HTTP/1.1\r\n" % path.encode() + b"".join(fields) + b"\r\n"


@pytest.mark.parametrize("path", ["page", "stream", "file"])
async def test_an_answer_arrives_as_it_was_made(port: int, path: str) -> None:
    async with connected(port) as (reader, writer):
        writer.write(ask(path) + ask("small", b"Connection: close\r\n"))
        answers = await whole(reader)

    first, _, second = answers.rpartition(b"HTTP/1.1 200")
    assert second.endswith(b"x" * 60_000)
    if path == "stream":
        assert first.endswith(PAGE[-1000:] + b"\r\n0\r\n\r\n")
    else:
        body = first.partition(b"\r\n\r\n")[2]
        assert hashlib.sha256(body).digest() == hashlib.sha256(PAGE).digest()


@pytest.mark.parametrize("path", ["page", "stream", "file", "small"])
async def test_a_client_that_does_not_read_is_dropped(port: int, path: str) -> None:
    process = psutil.Process()
    async with AsyncExitStack() as stack:
        for _ in range(3):
            reader, writer = await stack.enter_async_context(connected(port))
            # The kernel takes a small answer whole; a row of them it does not.
            writer.write(ask(path) * 40)
            reader.set_exception(ConnectionError())  # it never reads
            writer.transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(20):
            while not connections(process, port):
                await asyncio.sleep(0.01)
            while connections(process, port):
                await asyncio.sleep(0.05)


def connections(process: psutil.Process, port: int) -> int:
    """Count the connections that the server on *port* has open."""
    return sum(
        each.laddr.port == port and each.status == psutil.CONN_ESTABLISHED
        for each in process.net_connections("tcp")
        if each.laddr
    )


async def test_thirty_unread_pages_hold_no_more_than_the_limit(port: int, served: Served) -> None:
    """The idlest are dropped for it; who comes later is served."""
    process = psutil.Process()
    async with AsyncExitStack() as stack:
        begin = process.memory_info().rss
        for _ in range(30):
            _, writer = await stack.enter_async_context(connected(port))
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(ask("page"))
            await asyncio.sleep(0.005)
        while served.asked < 30:
            await asyncio.sleep(0.01)
        held = process.memory_info().rss - begin
        async with connected(port) as (reader, writer):
            writer.write(ask("small", b"Connection: close\r\n"))
            assert statuses(await whole(reader)) == [200]

    assert held < 60 * MEBIBYTE


class LessQuick(Connection):
    limits = Limits(idle_reader=1.5, tick=0.03)


async def test_a_client_that_reads_slowly_is_served_whole(served: Served) -> None:
    """In more time than it may spend without reading."""
    clock, length = asyncio.get_running_loop().time, 0
    async with serving(served.app, LessQuick) as (port, _), connected(port) as (reader, writer):
        writer.write(ask("page", b"Connection: close\r\n"))
        began = clock()
        while part := await reader.read(200_000):
            length += len(part)
            await asyncio.sleep(0.05)

    assert length > len(PAGE)
    assert clock() - began > LessQuick.limits.idle_reader


async def test_a_stream_waits_for_its_reader(port: int, served: Served) -> None:
    async with connected(port) as (_, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(ask("stream"))
        await asyncio.sleep(0.3)

        assert served.streamed < 6


async def test_the_next_request_waits_until_the_answer_before_it_is_read(
    port: int, served: Served
) -> None:
    """Else it would hold a database connection until its client reads."""
    async with connected(port) as (reader, writer):
        writer.write(ask("page") * 2)
        async with asyncio.timeout(20):
            while not served.asked:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        asked = served.asked
        while served.asked < 2:
            await reader.read(65_536)

    assert asked == 1


async def test_a_stop_lets_a_reader_have_the_rest(served: Served) -> None:
    async with serving(served.app, stop_within=3) as (port, server), connected(port) as client:
        reader, writer = client
        writer.write(GET.replace(b"/", b"/page", 1) + b"\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        server.should_exit = True
        await asyncio.sleep(0.2)

        assert statuses(head) == [200]
        assert await whole(reader) == PAGE
