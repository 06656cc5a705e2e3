"""Just enough of Postgres's wire protocol to stand between a client and a server.

A message is kept as the bytes that it came as: its kind, its length, its body.
"""

import asyncio
import hashlib
import hmac
import secrets
import struct
from base64 import b64decode, b64encode
from collections.abc import Generator
from dataclasses import dataclass

from sqlalchemy import URL

CANCEL, SSL, GSS, VERSION_3 = 80877102, 80877103, 80877104, 196608
"""What a client says first, instead of a kind."""

IDLE = b"Z\0\0\0\5I"
"""Ready for a query, and in no transaction."""


GOODBYE = b"X"


@dataclass(frozen=True)
class Login:
    """A connection to a server that is ready for a query."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    parameters: dict[str, str]
    key: bytes
    """What a request to cancel names it by."""


def message(kind: bytes, body: bytes = b"") -> bytes:
    """Make a message; the first one of a client has no kind."""
    return kind + struct.pack("!i", len(body) + 4) + body


def texts(*words: str) -> bytes:
    """Make the part of a body that holds *words*."""
    return b"".join(word.encode() + b"\0" for word in words)


def fatal(text: str, sqlstate: str) -> bytes:
    """Make the message that ends a connection."""
    return message(b"E", texts("SFATAL", "VFATAL", f"C{sqlstate}", f"M{text}", ""))


async def read(reader: asyncio.StreamReader) -> bytes:
    """Read the next message."""
    head = await reader.readexactly(5)
    return head + await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)


async def read_first(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read what a client says first: what it wants, and the rest."""
    length, code = struct.unpack("!ii", await reader.readexactly(8))
    return code, await reader.readexactly(length - 8)


async def log_in(url: URL, application_name: str) -> Login:
    """Connect to the server of *url*, with its password.

    Raises OSError if the server is not there or does not want us.
    """
    reader, writer = await asyncio.open_connection(url.host, url.port)
    try:
        options = {"user": url.username, "database": url.database}
        options["application_name"] = application_name
        words = [str(word) for option in options.items() for word in option]
        writer.write(message(b"", struct.pack("!i", VERSION_3) + texts(*words, "")))
        return await _welcome(reader, writer, _scram(str(url.password)))
    except BaseException:
        writer.close()
        raise


async def _welcome(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    scram: Generator[bytes, bytes],
) -> Login:
    parameters: dict[str, str] = {}
    key = b""
    while (answer := await read(reader)) != IDLE:
        kind, body = answer[:1], answer[5:]
        if kind == b"R" and body[3] == 10:  # it names the mechanisms that it knows
            writer.write(message(b"p", next(scram)))
        elif kind == b"R" and body[3] == 11:  # its part of the exchange
            writer.write(message(b"p", scram.send(body[4:])))
        elif kind == b"S":
            name, value = body[:-1].decode().split("\0")
            parameters[name] = value
        elif kind == b"K":
            key = body
        elif kind == b"E":
            raise ConnectionError(body.decode(errors="replace"))
    return Login(reader, writer, parameters, key)


def _scram(password: str) -> Generator[bytes, bytes]:
    """Give what a client of SCRAM-SHA-256 sends (RFC 5802); the server is not doubted."""
    bare = b"n=,r=" + b64encode(secrets.token_bytes(18))
    first = b"n,," + bare
    challenge = yield texts("SCRAM-SHA-256") + struct.pack("!i", len(first)) + first

    server = dict(part.split(b"=", 1) for part in challenge.split(b","))
    salt, rounds = b64decode(server[b"s"]), int(server[b"i"])
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    key = hmac.digest(salted, b"Client Key", "sha256")
    last = b"c=biws,r=" + server[b"r"]
    signed = b",".join((bare, challenge, last))
    signature = hmac.digest(hashlib.sha256(key).digest(), signed, "sha256")
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    yield last + b",p=" + b64encode(proof)
