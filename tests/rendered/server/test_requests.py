"""What a request may be, and what is no request: bounded before it is parsed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.rendered.server.raw import (
    CHUNKED,
    GET,
    POST,
    connected,
    exchange,
    serving,
    statuses,
    whole,
)

MEBIBYTE = 2**20
CLOSE = b"Connection: close\r\n"


async def echo(request: Request) -> JSONResponse:
    body = await request.body()
    return JSONResponse({"body": body.decode(), "names": sorted(request.headers)})


async def dawdle(request: Request) -> JSONResponse:
    await asyncio.sleep(0.5)
    return JSONResponse({"path": request.url.path})


async def never_read(_request: Request) -> JSONResponse:
    await asyncio.sleep(1)
    return JSONResponse({})


@pytest.fixture(scope="module")
async def port() -> AsyncGenerator[int]:
    routes = [
        Route("/slow/{n}", dawdle),
        Route("/unread", never_read, methods=["POST"]),
        Route("/{path:path}", echo, methods=["GET", "POST"]),
    ]
    async with serving(Starlette(routes=routes)) as (port, _):
        yield port


TOO_LARGE = {
    "one field": (GET + b"A: " + b"x" * MEBIBYTE + b"\r\n\r\n", 431),
    "one field just over the limit": (GET + b"A: " + b"x" * 65_536 + b"\r\n\r\n", 431),
    "a name": (GET + b"x" * MEBIBYTE + b": a\r\n\r\n", 431),
    "many fields": (GET + b"a: x\r\n" * 100_000 + b"\r\n", 431),
    "more than a hundred fields": (GET + b"a: x\r\n" * 100 + b"\r\n", 431),
    "blank lines": (b"\r\n" * MEBIBYTE, 431),
    "a target": (b"GET /" + b"x" * MEBIBYTE + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "a query": (b"GET /?" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "a method": (b"X" * MEBIBYTE, 400),
    "a trailer": (CHUNKED + b"1\r\nx\r\n0\r\nA: " + b"x" * MEBIBYTE + b"\r\n\r\n", 431),
    "many trailers": (CHUNKED + b"1\r\nx\r\n0\r\n" + b"a: x\r\n" * 100_000 + b"\r\n", 431),
    "a chunk's extension": (CHUNKED + b"1;a=" + b"x" * MEBIBYTE + b"\r\nx\r\n0\r\n\r\n", 431),
    "a chunk's size": (CHUNKED + b"0" * MEBIBYTE + b"1\r\nx\r\n0\r\n\r\n", 431),
}


@pytest.mark.parametrize(("request_", "status"), TOO_LARGE.values(), ids=TOO_LARGE)
async def test_what_is_too_large_is_refused_with_a_problem(
    port: int, request_: bytes, status: int
) -> None:
    answer = await exchange(port, request_)

    head, _, body = answer.partition(b"\r\n\r\n")
    problem = json.loads(body)
    assert statuses(answer) == [status] == [problem["status"]]
    assert b"content-type: application/problem+json" in head
    assert f"x-request-id: {problem['request_id']}".encode() in head
    assert statuses(await exchange(port, GET + CLOSE + b"\r\n")) == [200]


ACCEPTED = {
    "an access token of 60 KiB": GET + CLOSE + b"A: " + b"x" * 60 * 1024 + b"\r\n\r\n",
    "98 more fields": GET + CLOSE + b"a: x\r\n" * 98 + b"\r\n",
    "a target of 8000 bytes": b"GET /" + b"x" * 8000 + b" HTTP/1.1\r\n" + CLOSE + b"\r\n",
    "100,000 chunks of a byte": CHUNKED[:-2]
    + CLOSE
    + b"\r\n"
    + b"1\r\nx\r\n" * 100_000
    + b"0\r\n\r\n",
    "a mebibyte with a length": POST + CLOSE + b"Content-Length: 1048576\r\n\r\n" + b"x" * MEBIBYTE,
    "an upgrade to something else": GET + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    "a WebSocket": GET + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    "a WebSocket with a key of no kind": GET
    + b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: \xff\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
}


@pytest.mark.parametrize("request_", ACCEPTED.values(), ids=ACCEPTED)
async def test_what_is_within_the_limits_is_answered(port: int, request_: bytes) -> None:
    assert statuses(await exchange(port, request_)) == [200]


MALFORMED = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a tunnel": b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target that is not ASCII": b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\nHost: x\r\n\r\n",
    "line feeds only": b"GET / HTTP/1.1\nHost: x\n\n",
    "a folded field": GET + b"A: b\r\n c\r\n\r\n",
    "a field with a NUL": GET + b"A: b\x00\r\n\r\n",
    "a space before the colon": POST + b"Content-Length : 5\r\n\r\nhello",
    "a length and chunks": POST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "chunks and a length": CHUNKED[:-2] + b"Content-Length: 5\r\n\r\n0\r\n\r\nX",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a length with a sign": POST + b"Content-Length: +5\r\n\r\nhello",
    "a length beyond all numbers": POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n",
    "chunks that are not last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "an unknown encoding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a chunk without a size": CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_request_is_400_and_ends_the_connection(
    port: int, request_: bytes
) -> None:
    """Above all when two servers could disagree where it ends."""
    answer = await exchange(port, request_)

    assert statuses(answer) == [400]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["type"] == "urn:problem:malformed"


async def test_a_trailer_does_not_become_a_header(port: int) -> None:
    """It comes after the headers were believed."""
    chunks = b"1\r\nx\r\n0\r\nAuthorization: Bearer x\r\n\r\n"

    answer = await exchange(port, CHUNKED[:-2] + CLOSE + b"\r\n" + chunks)

    assert statuses(answer) == [200]
    assert b"authorization" not in answer


async def test_requests_in_a_row_are_answered_in_order(port: int) -> None:
    row = b"".join(b"GET /slow/%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(3))

    answers = await exchange(port, row + GET + CLOSE + b"\r\n")

    assert statuses(answers) == [200] * 4
    assert [answers.index(b"/slow/%d" % n) for n in range(3)] == sorted(
        answers.index(b"/slow/%d" % n) for n in range(3)
    )


async def test_a_row_of_thousands_is_answered_in_part_and_ended(port: int) -> None:
    """Each that waits is a hundred times as large as it was on the wire."""
    answers = await exchange(port, (GET + b"\r\n") * 20_000)

    assert 1 < len(statuses(answers)) < 60


async def test_what_follows_a_request_does_not_change_its_answer(port: int) -> None:
    """A client would take a 400 for the answer to what it had asked before."""
    answer = await exchange(port, b"GET /slow/1 HTTP/1.1\r\nHost: x\r\n\r\n\x00\x00\r\n\r\n")

    assert statuses(answer) == [200]


async def test_a_client_that_asks_first_is_told_to_go_on(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(POST + CLOSE + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"hello")

        assert b'"body":"hello"' in await whole(reader)


async def test_a_body_that_nobody_reads_waits_at_its_client(port: int) -> None:
    sent = 0
    async with connected(port) as (_, writer):
        writer.write(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                while True:
                    writer.write(b"x" * 65_536)
                    await writer.drain()
                    sent += 65_536

    assert sent < 10 * MEBIBYTE
