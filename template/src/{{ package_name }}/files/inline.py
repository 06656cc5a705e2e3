"""A file as an answer of this service's own origin, where none may run script."""

import asyncio
from contextlib import aclosing
from urllib.parse import quote

from starlette.responses import StreamingResponse
from starlette.types import Send

from ..supabase.storage_bucket import Download

SHOWN = frozenset({"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"})
"""Pictures; beside plain text they are all that a browser may show. Others it saves, PDF too: a
viewer of PDF does not open in a sandbox."""

PASSED_ON = ("accept-ranges", "content-length", "content-range", "etag", "last-modified")

IDLE_LIMIT = 30
"""Seconds until a reader who takes nothing is given up: it holds a connection to Storage."""


class Inline(StreamingResponse):
    """Passes a download on as it comes, named as the last part of *path*."""

    def __init__(self, download: Download, path: str) -> None:
        super().__init__(download.chunks(), download.status)
        self.download = download
        for name in PASSED_ON:
            if name in download.headers:
                self.headers[name] = download.headers[name]
        kind = download.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_shown = kind in SHOWN or kind == "text/plain"
        if kind and download.status != 304:  # noqa: PLR2004
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
