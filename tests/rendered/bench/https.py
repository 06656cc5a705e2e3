"""A server of HTTPS whose certificate nobody's system believes."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from .certificates import issue


@asynccontextmanager
async def serving_https(*hosts: str) -> AsyncGenerator[int]:
    """Shake hands on a port, which is yielded; nobody gets further than that."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        identity = issue("A Proxy", issue("A Company"), hosts=hosts or ("*.supabase.co",))
        context.load_cert_chain(*identity.write(Path(folder)))
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
