"""Uploads as clients make them, whole or broken off, and the service that they are made to."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psutil
from httpx import AsyncClient

from my_supabase_service.supabase.http.client import tls_context

MEBIBYTE = 2**20
BLOCK = random.Random(1).randbytes(MEBIBYTE // 2).hex().encode()  # noqa: S311
"""A mebibyte of text."""


@dataclass
class Service:
    """The service as it runs."""

    url: str
    process: psutil.Process

    def client(self, token: str) -> AsyncClient:
        """Speak to it as the user of *token*."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return AsyncClient(
            base_url=self.url,
            headers=headers,
            trust_env=False,
            timeout=60,
            # Each would else read the system's authorities, and there are dozens of clients.
            verify=tls_context(),
        )


def form(size: int, path: str) -> dict[str, Any]:
    """Make the body of an upload, a mebibyte at a time."""
    head = (
        f'--x\r\nContent-Disposition: form-data; name="path"\r\n\r\n{path}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    ).encode()
    tail = b"\r\n--x--\r\n"

    async def body() -> AsyncGenerator[bytes]:
        yield head
        for _ in range(size // MEBIBYTE):
            yield BLOCK
        yield tail

    length = len(head) + size + len(tail)
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(length),
    }
    return {"content": body(), "headers": headers}


@asynccontextmanager
async def memory_of(process: psutil.Process) -> AsyncGenerator[list[int]]:
    """Look at its resident memory, again and again."""
    seen = [process.memory_info().rss]

    async def look() -> None:
        while True:
            seen.append(process.memory_info().rss)
            await asyncio.sleep(0.01)

    looking = asyncio.create_task(look())
    yield seen
    looking.cancel()


async def pieces(content: bytes) -> AsyncGenerator[bytes]:
    for begin in range(0, len(content), 4096):
        yield content[begin : begin + 4096]


async def broken_off(service: Service, request: dict[str, Any], token: str, *, after: int) -> None:
    """Send the beginning of a request, *after* bytes of its body, and go."""
    host, port = service.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    headers = {**request["headers"], "host": host, "authorization": f"Bearer {token}"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"POST /files HTTP/1.1\r\n{lines}\r\n".encode())
    left = after
    async for chunk in request["content"]:
        writer.write(chunk[:left])
        await writer.drain()
        left -= len(chunk)
        if left <= 0:
            break
    writer.transport.abort()
    await asyncio.sleep(0.05)
