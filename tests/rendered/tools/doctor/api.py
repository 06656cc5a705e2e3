"""A project's own address that answers as it is told, with a clock of its own."""

from __future__ import annotations

import asyncio
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from email.utils import formatdate


@asynccontextmanager
async def answering(
    status: int = 200,
    body: str = '{"keys": []}',
    *,
    ahead: float = 0,
    headers: Mapping[str, str] | None = None,
) -> AsyncGenerator[str]:
    """Answer the same to everything; yield what SUPABASE_URL says. Its clock is *ahead* of ours."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        lines = {"Date": formatdate(time.time() + ahead, usegmt=True), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n"
        writer.write(f"HTTP/1.1 {status} told\r\n{head}{length}\r\n{body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
