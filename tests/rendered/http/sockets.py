"""Bytes sent as they are, over a socket, and whether what comes back is an answer."""

from __future__ import annotations

import asyncio
import json
import re

from httpx import AsyncClient


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


def is_sound(status: int, head: bytes, content: bytes) -> bool:
    """Tell whether an answer is neither a fault of ours nor an error in another form.

    What is no HTTP the server refuses itself, in a word: it knows of no problems.
    """
    is_the_servers = status in (400, 431) and b"application/problem+json" not in head
    if status < 400 or is_the_servers or not content:
        return status < 500
    return status < 500 and json.loads(content)["status"] == status
