"""Whatever bytes a client sends, in whatever place: no answer is a 500, and each error a problem.

Bytes are sent as they are, over a socket, and every answer is read off it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator

import pytest
from httpx import AsyncClient

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
    ("GET", "/notes"),
    ("GET", "/notes/export"),
    ("GET", "/files/{file}?inline=true"),
    ("GET", "/files/{file}"),
    ("HEAD", "/files/{file}?inline=true"),
    ("OPTIONS", "/notes"),
    ("POST", "/notes"),
    ("POST", "/files"),
    ("GET", "/docs"),
    ("GET", "/static-offline-docs/swagger-ui.css"),
    ("GET", "/nowhere"),
]


class Socket:
    """Sends what it is told as it stands, over a connection of its own."""

    def __init__(self, client: AsyncClient) -> None:
        self.address = (client.base_url.host, client.base_url.port)
        self.token = client.headers["Authorization"].encode()

    async def ask(
        self, method: str, path: bytes, headers: list[tuple[str, bytes]], body: bytes = b""
    ) -> tuple[int, bytes, bytes]:
        """Return the status, the head and the body of the answer."""
        named = {name.lower() for name, _ in headers}
        if "authorization" not in named:
            headers = [*headers, ("Authorization", self.token)]
        if "host" not in named:
            headers = [*headers, ("Host", b"service")]
        headers = [*headers, ("Content-Length", str(len(body)).encode())]
        lines = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers)
        reader, writer = await asyncio.open_connection(*self.address)
        writer.write(method.encode() + b" " + path + b" HTTP/1.1\r\n" + lines + b"\r\n" + body)
        async with asyncio.timeout(20):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            content = b""
            if length and method != "HEAD":
                content = await reader.readexactly(int(length[1]))
        writer.close()
        return int(head.split(b" ", 2)[1]), head, content


@pytest.fixture
async def socket(server: AsyncClient) -> Socket:
    return Socket(server)


@pytest.fixture
async def file(server: AsyncClient) -> AsyncGenerator[str]:
    """A file of Alice's, without storage none."""
    created = await server.post("/files", files={"file": ("bytes.txt", b"0123456789")})
    yield "bytes.txt"
    if created.is_success:
        await server.delete("/files/bytes.txt")


def is_sound(status: int, head: bytes, content: bytes) -> bool:
    """Tell whether an answer is neither a fault of ours nor an error in another form.

    What is no HTTP the server refuses itself, in a word: it knows of no problems.
    """
    is_the_servers = status in (400, 431) and b"application/problem+json" not in head
    if status < 400 or is_the_servers or not content:
        return status < 500
    return status < 500 and json.loads(content)["status"] == status


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
        answer = await socket.ask("OPTIONS", b"/notes", headers)
        assert is_sound(*answer), (value[:80], answer)


PATHS = [b"%00", b"%2F", b"%ff", b"%", b"%zz", b"%ED%A0%80", b"%0d%0aX: y", b"%5C", b"..", b"\xe9"]


@pytest.mark.parametrize("where", ["/notes/{}", "/files/{}", "/{}", "/notes?cursor={}&limit={}"])
async def test_a_path_may_hold_anything(socket: Socket, where: str) -> None:
    for text in [*PATHS, b"%2e%2e%2f", b"a&limit=1&limit=2&x", b"%25" * 500, b"1_0", b"9" * 5000]:
        if b" " not in text:
            for method in ("GET", "DELETE", "HEAD"):
                path = where.encode().replace(b"{}", text)
                answer = await socket.ask(method, path, [])
                assert is_sound(*answer), (method, path, answer)


BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"title": "x"}'.decode().encode("utf-16"),
    b'{"title": "\xff"}',
    b'{"title": "\\u0000"}',
    b'{"title": "x", "body": "\\u0000"}',
    b'{"title": "\\ud800"}',
    b'{"\\ud800": 1, "title": 7}',
    b'{"title": NaN}',
    b'{"title": Infinity, "body": -Infinity}',
    b'{"title": ' + b"9" * 5000 + b"}",
    b'{"title": 1e999}',
    b'{"title": ' + b"[" * 50_000 + b"}",
    b'{"title": ' + b'{"a":' * 50_000 + b"}",
    b'{"title": "a", "title": 7}',
    b'{"path": "\\u0000", "expires_in": 1e400}',
    b'{"path": "\\ud800"}',
    b'{"path": "a", "expires_in": ' + b"9" * 4000 + b"}",
    b'{"path": "a", "expires_in": true, "download": "maybe"}',
    b"--x\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff\x00"\r\n\r\n\r\n--x--',
    b'--x\r\nContent-Disposition: form-data; name="path"\r\n\r\n\xff\xfe\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n",
    b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n--x--",
    b"--x",
    b"x=1&x=2&" + b"%zz=%00&" * 2000,
]
KINDS = [
    b"application/json",
    b"application/json; charset=utf-16",
    b"application/problem+json",
    b"text/plain",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=x",
    b"multipart/form-data; boundary=x; charset=undefined",
    b"multipart/form-data; boundary=x; charset=idna",
    b"multipart/form-data",
    b"",
]


@pytest.mark.parametrize("path", ["/notes", "/files", "/files/signed-url", "/files/signed-upload"])
async def test_a_body_may_hold_anything(socket: Socket, path: str) -> None:
    for kind in KINDS:
        for body in BODIES:
            answer = await socket.ask("POST", path.encode(), [("Content-Type", kind)], body)
            assert is_sound(*answer), (kind, body[:80], answer)
