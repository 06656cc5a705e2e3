"""A file as an answer of this service's own origin, where none may run script."""

import asyncio
import re
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import StreamingResponse
from starlette.types import Send

from ..supabase import Download, OutOfRange, documented

SHOWN = frozenset({"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"})
"""Pictures; beside plain text they are all that a browser may show. Others it saves, PDF too: a
viewer of PDF does not open in a sandbox."""

ENTITY_TAGS = re.compile(r"\*|(?:W/)?\"[!#-~]*\"(?:[ \t]*,[ \t]*(?:W/)?\"[!#-~]*\")*")
"""`If-None-Match` (RFC 9110, section 13.1.2), as far as Storage makes tags: in ASCII."""

ONE_RANGE = re.compile(r"bytes=(?:\d{1,15}-\d{0,15}|-\d{1,15})", re.ASCII | re.IGNORECASE)
"""A part in bytes; to answer with the whole is right for whatever else a `Range` asks."""

TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)

LONGEST = 1000
"""Characters of a condition that is looked at."""

PASSED_ON = ("accept-ranges", "content-length", "content-range", "etag", "last-modified")

IDLE_LIMIT = 30
"""Seconds until a reader who takes nothing is given up: it holds a connection to Storage."""


HEADERS: dict[str, dict[str, Any]] = {
    name: {"description": description, "schema": {"type": "string"}}
    for name, description in {
        "Accept-Ranges": "`bytes`: a part can be asked for.",
        "Content-Disposition": "Whether a browser shows or saves the file, and under which name.",
        "Content-Security-Policy": "Nothing in the file runs.",
        "Cross-Origin-Resource-Policy": "Which pages may show it.",
        "ETag": "For `If-None-Match`: which version of the file this is.",
        "Last-Modified": "When the file was written.",
        "X-Content-Type-Options": "`nosniff`: the file is what its type says.",
    }.items()
}
BINARY = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
PART = {"Content-Range": {"description": "Which part it is.", "schema": {"type": "string"}}}
URL = {"description": "A URL of Storage.", "schema": {"type": "string", "format": "uri"}}

DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "Inline: the file.", "content": BINARY, "headers": HEADERS},
    206: {"description": "Inline: a part.", "content": BINARY, "headers": {**HEADERS, **PART}},
    304: {"description": "Inline: the file has not changed.", "headers": HEADERS},
    307: {"description": "The file is there for a minute.", "headers": {"Location": URL}},
    **documented(OutOfRange),
}
"""What a download answers, for /docs."""

ASKED = [
    {"in": "header", "name": name, "description": description, "schema": {"type": "string"}}
    for name, description in {
        "Range": "Inline: one part of the file, `bytes=0-99`.",
        "If-Range": "Inline: sends the whole file.",
        "If-None-Match": "Inline: sends the file only if its ETag is none of these.",
    }.items()
]


def conditions(headers: Headers) -> dict[str, str]:
    """Return what a request asks of a file: news only, or a part; what makes no sense is left out.

    Storage may not know If-Range, so there is no part with it: the whole is always right.
    """
    tags, ranges = (", ".join(headers.getlist(name)) for name in ("if-none-match", "range"))
    asked: dict[str, str] = {}
    if len(tags) <= LONGEST and ENTITY_TAGS.fullmatch(tags):
        asked["If-None-Match"] = tags
    if "if-range" not in headers and ONE_RANGE.fullmatch(ranges):
        asked["Range"] = ranges
    return asked


class Inline(StreamingResponse):
    """Passes a download on as it comes, named as the last part of *path*."""

    def __init__(self, download: Download, path: str) -> None:
        super().__init__(download.chunks(), download.status)
        self.download = download
        for name in PASSED_ON:
            if name in download.headers:
                self.headers[name] = download.headers[name]
        kind = download.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not TYPE.fullmatch(kind):  # a browser that uploads may say anything
            kind = "application/octet-stream"
        is_shown = kind in SHOWN or kind == "text/plain"
        if download.status != 304:  # noqa: PLR2004
            charset = "; charset=utf-8" if kind == "text/plain" else ""
            self.headers["Content-Type"] = f"{kind}{charset}"
        name = quote(path.rpartition("/")[2], safe="")
        disposition = "inline" if is_shown else "attachment"
        self.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{name}"
        self.headers["X-Content-Type-Options"] = "nosniff"
        self.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        self.headers["Cross-Origin-Resource-Policy"] = "same-site"
        # Storage says an hour; but a file can be replaced, and asking with its ETag costs little.
        self.headers["Cache-Control"] = "private, no-cache"

    async def stream_response(self, send: Send) -> None:
        """Send each piece as it comes; a failure breaks the connection off."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        try:
            await send({"type": "http.response.start", **start})
            async with aclosing(self.download.chunks()) as chunks:
                async for body in chunks:
                    async with asyncio.timeout(IDLE_LIMIT):
                        await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await self.download.aclose()
