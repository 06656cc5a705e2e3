"""Whatever bytes a client sends, in whatever place: no answer is a 500, and each error a problem.

Bytes are sent as they are, over a socket, and every answer is read off it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from httpx import AsyncClient
from tests.rendered.http.sockets import Socket, is_sound

HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Access-Control-Request-Private-Network",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "Forwarded",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Origin",
    "Prefer",
    "Range",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Http-Method-Override",
    "X-Request-ID",
    "X-Upsert",
)
"""What any part of the service reads, and what others do; Authorization has its own test."""

BYTES = bytes([*range(1, 32), *range(127, 256)])
"""Control characters and what is beyond ASCII; those that end a line are sent with the others."""

VALUES = [
    *(b'"' + bytes([byte]) + b'"' for byte in BYTES if byte not in b"\r\n"),
    b"",
    b'"',
    b"*",
    b",,,",
    b"x" * 20_000,
    b'"x", ' * 3000,
    b"bytes=",
    b"bytes=-",
    b"bytes=5-2",
    b"bytes=-0",
    b"bytes=0-0,2-3",
    b"bytes=99999999999999999999999-",
    b"bytes=0-" + b"9" * 5000,
    b"bytes=\xb2-",
    b"multipart/form-data",
    b"multipart/form-data; boundary=",
    b"multipart/form-data; boundary=x; charset=undefined",
    b"multipart/form-data; boundary=" + b"x" * 5000,
    b"application/json; charset=\xe9",
    b"application/x-www-form-urlencoded; charset=utf-7",
    b"null",
    b"../../..",
]

ROUTES = [
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/me"),
    ("GET", "/memos"),
    ("GET", "/memos/export"),
    ("GET", "/files/{file}?inline=true"),
    ("GET", "/files/{file}"),
    ("HEAD", "/files/{file}?inline=true"),
    ("OPTIONS", "/memos"),
    ("POST", "/memos"),
    ("POST", "/files"),
    ("GET", "/docs"),
    ("GET", "/static-offline-docs/swagger-ui.css"),
    ("GET", "/nowhere"),
]


@pytest.fixture
async def file(server: AsyncClient) -> AsyncGenerator[str]:
    """A file of Alice's, without storage none."""
    created = await server.post("/files", files={"file": ("bytes.txt", b"0123456789")})
    yield "bytes.txt"
    if created.is_success:
        await server.delete("/files/bytes.txt")


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_header_may_hold_anything(
    socket: Socket, file: str, method: str, path: str
) -> None:
    """Each header one of the values; those that a file is asked for with, every one."""
    target = path.format(file=file).encode()
    limit = asyncio.Semaphore(2)  # as many exports may be under way

    async def send(headers: list[tuple[str, bytes]]) -> str:
        async with limit:
            answer = await socket.ask(method, target, headers, b"{}" if method == "POST" else b"")
        return "" if is_sound(*answer) else f"{headers!r:.120} -> {answer[0]}"

    several = [[(name, VALUES[n % len(VALUES)])] for n, name in enumerate(HEADERS)]
    is_inline = method == "GET" and "inline" in path
    each = [[("If-None-Match", value), ("Range", value)] for value in VALUES if is_inline]
    twice = [[(name, b'"a"'), (name, b'"\xe9"')] for name in HEADERS[:: 1 if is_inline else 5]]
    found = await asyncio.gather(*map(send, several + each + twice))

    assert [*filter(None, found)] == []


async def test_a_token_may_hold_anything(socket: Socket) -> None:
    for value in [*VALUES, *(b"Bearer " + value for value in VALUES)]:
        answer = await socket.ask("GET", b"/me", [("Authorization", value)])
        assert answer[0] in (400, 401, 431), (value[:80], answer)


PREFLIGHT = "Access-Control-Request-"


async def test_a_preflight_may_hold_anything(socket: Socket) -> None:
    for value in VALUES:
        headers = [("Origin", value), (f"{PREFLIGHT}Method", value), (f"{PREFLIGHT}Headers", value)]
        answer = await socket.ask("OPTIONS", b"/memos", headers)
        assert is_sound(*answer), (value[:80], answer)


PATHS = [b"%00", b"%2F", b"%ff", b"%", b"%zz", b"%ED%A0%80", b"%0d%0aX: y", b"%5C", b"..", b"\xe9"]


@pytest.mark.parametrize("where", ["/memos/{}", "/files/{}", "/{}", "/memos?cursor={}&limit={}"])
async def test_a_path_may_hold_anything(socket: Socket, where: str) -> None:
    for text in [*PATHS, b"%2e%2e%2f", b"a&limit=1&limit=2&x", b"%25" * 500, b"1_0", b"9" * 5000]:
        if b" " not in text:
            for method in ("GET", "DELETE", "HEAD"):
                path = where.encode().replace(b"{}", text)
                answer = await socket.ask(method, path, [])
                assert is_sound(*answer), (method, path, answer)
