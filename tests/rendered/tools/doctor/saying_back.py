"""A server that says back what it was told, when somebody logs in or with each statement."""

from __future__ import annotations

from asyncio import IncompleteReadError, StreamReader, StreamWriter, start_server
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from struct import pack

from tests.rendered.bench.wire import GOODBYE, IDLE, fatal, message, read, read_first, texts

WELCOME = (
    message(b"R", pack("!i", 0))
    + message(b"S", texts("server_version", "17.0"))
    + message(b"S", texts("client_encoding", "UTF8"))
    + message(b"S", texts("standard_conforming_strings", "on"))
    + message(b"K", pack("!ii", 1, 1))
    + IDLE
)
ENDS_A_FLIGHT = (b"Q", b"S")


async def _say(text: str, lets_in: bool, reader: StreamReader, writer: StreamWriter) -> None:
    try:
        await read_first(reader)
        if not lets_in:
            writer.write(fatal(text, "XX000"))
            return
        writer.write(WELCOME)
        while not (sent := await read(reader)).startswith(GOODBYE):
            if sent.startswith(ENDS_A_FLIGHT):
                said = texts("SERROR", "VERROR", "CXX000", f"M{text}", "")
                writer.write(message(b"E", said) + IDLE)
    except (OSError, IncompleteReadError):
        pass  # it has gone
    finally:
        writer.close()


@asynccontextmanager
async def saying_back(text: str, *, lets_in: bool) -> AsyncGenerator[int]:
    """Answer with *text* on the port that is given: to a login, or to each statement after it."""
    server = await start_server(partial(_say, text, lets_in), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
