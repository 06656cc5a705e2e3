"""A file as an answer of this service's own origin, where none may run script."""

import asyncio
import re
from contextlib import aclosing
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import StreamingResponse
from starlette.types import Send

from ..supabase.storage_bucket import Download

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
