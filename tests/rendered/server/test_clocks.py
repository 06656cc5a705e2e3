"""How slowly a client may send: a whole header in time, a body at a least rate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.rendered.server.raw import (
    CHUNKED,
    GET,
    POST,
    connected,
    dribble,
    serving,
    statuses,
    whole,
)

from my_supabase_service.supabase.http.server.connection import Connection
from my_supabase_service.supabase.http.server.limits import Limits

HALF = GET + b"Authorization: Bear"
LONG = POST + b"Content-Length: 100000\r\n\r\n"


class Quick(Connection):
    limits = Limits(header_seconds=0.3, body_window=0.3, body_rate=1000, linger=1, tick=0.03)


async def echo(request: Request) -> JSONResponse:
    body = await request.body()
    return JSONResponse({"length": len(body)})


async def refuse(_request: Request) -> JSONResponse:
    raise HTTPException(413)


async def read_slowly(request: Request) -> JSONResponse:
    length = 0
    async for part in request.stream():
        length += len(part)
        await asyncio.sleep(0.4)
    return JSONResponse({"length": length})


@pytest.fixture(scope="module")
async def port() -> AsyncGenerator[int]:
    routes = [
        Route("/", echo, methods=["GET", "POST"]),
        Route("/refuse", refuse, methods=["POST"]),
        Route("/slow", read_slowly, methods=["POST"]),
    ]
    async with serving(Starlette(routes=routes), Quick) as (port, _):
        yield port


DRIBBLED = {
    "a header": (HALF, b"x"),
    "many fields": (GET, b"a: x\r\n"),
    "a target": (b"GET /", b"x"),
    "blank lines": (b"", b"\r\n"),
    "a second header": (GET + b"\r\n" + HALF, b"x"),
    "a body": (LONG, b"x"),
    "chunks": (CHUNKED, b"1\r\nx\r\n"),
    "a chunk's extension": (CHUNKED + b"1;", b"x"),
    "a trailer": (CHUNKED + b"1\r\nx\r\n0\r\nA: ", b"x"),
    "nothing of a header": (HALF, b""),
    "nothing of a body": (LONG, b""),
}


@pytest.mark.parametrize(("begin", "drop"), DRIBBLED.values(), ids=DRIBBLED)
async def test_what_comes_drop_by_drop_is_408(port: int, begin: bytes, drop: bytes) -> None:
    assert statuses(await dribble(port, begin, drop))[-1] == 408


async def test_three_hundred_half_headers_are_all_ended(port: int) -> None:
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(dribble(port, HALF, b"") for _ in range(300)))

    assert {tuple(statuses(answer)) for answer in answers} == {(408,)}


async def test_a_connection_that_says_nothing_is_ended(port: int) -> None:
    async with connected(port) as (reader, _):
        assert await whole(reader, within=10) == b""


async def test_a_connection_that_has_said_enough_is_ended(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(GET + b"\r\n")

        assert statuses(await whole(reader, within=20)) == [200]


async def test_a_client_that_is_slow_and_steady_is_served(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(POST + b"Connection: close\r\nContent-Length: 9000\r\n\r\n")
        for _ in range(10):
            writer.write(b"x" * 900)
            await asyncio.sleep(0.1)

        assert b'{"length":9000}' in await whole(reader)


async def test_what_the_service_reads_slowly_is_no_fault_of_the_client(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(
            b"POST /slow HTTP/1.1\r\nConnection: close\r\nContent-Length: 400000\r\n\r\n"
            + b"x" * 400_000
        )

        assert b'{"length":400000}' in await whole(reader, within=30)


async def test_a_body_that_goes_on_after_its_answer_is_ended(port: int) -> None:
    """Its client has read 413, or will: for so long what it sends is thrown away."""
    async with connected(port) as (reader, writer):
        writer.write(b"POST /refuse HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert b" 413 " in await reader.readline()

        with pytest.raises(ConnectionError):
            await pour(writer)


async def pour(writer: asyncio.StreamWriter) -> None:
    """Send chunk after chunk for twenty seconds."""
    async with asyncio.timeout(20):
        while True:
            writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)


async def test_a_stop_waits_for_nobody_who_only_sends() -> None:
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as stack:
        routes = [Route("/", echo, methods=["GET", "POST"])]
        served = serving(Starlette(routes=routes), stop_within=1)
        port, server = await served.__aenter__()
        for begin in (HALF, LONG, GET + b"\r\n", b"", b"\x00"):
            _, writer = await stack.enter_async_context(connected(port))
            writer.write(begin)
        await asyncio.sleep(0.1)
        began = clock()
        server.should_exit = True
        await served.__aexit__(None, None, None)

    assert clock() - began < 8
