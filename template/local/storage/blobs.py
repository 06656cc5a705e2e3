"""The bytes of the objects: each version a file of its own that never changes.

Bytes come before the row that names them and go after it. So a kill at any moment leaves at most
files that no row names, and the next start removes those.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterable, AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from .errors import too_large

GRACE = 5
"""Seconds that bytes outlive their row: who has just read the row still opens them."""


@dataclass(frozen=True)
class Blob:
    """What was written."""

    version: str
    size: int
    digest: str
    """MD5, as an object store tells the content by."""


class Blobs:
    """The files below *folder*."""

    def __init__(self, folder: Path) -> None:
        self._whole = folder / "objects"
        self._incoming = folder / "incoming"
        for place in (self._whole, self._incoming):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, version: str) -> Path:
        """Return where the bytes of *version* are."""
        return self._whole / version

    async def write(self, chunks: AsyncIterable[bytes], *, limit: float) -> Blob:
        """Keep what comes in, once all of it is there; no chunk stays in memory.

        Raises:
            StorageError: it is more than *limit* bytes.
        """
        version = str(uuid4())
        incoming = self._incoming / version
        size = 0
        digest = hashlib.md5(usedforsecurity=False)
        try:
            with incoming.open("xb") as file:
                async for chunk in _limited(chunks, limit):
                    size += len(chunk)
                    digest.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            incoming.rename(self.path(version))
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        return Blob(version, size, digest.hexdigest())

    async def copy(self, version: str) -> str:
        """Return a new version with the bytes of another."""
        new = str(uuid4())
        incoming = self._incoming / new
        try:
            await asyncio.to_thread(shutil.copyfile, self.path(version), incoming)
            incoming.rename(self.path(new))
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        return new

    def drop(self, version: str) -> None:
        """Remove the bytes of a version that no row names, or never will."""
        self.path(version).unlink(missing_ok=True)

    def drop_later(self, version: str) -> None:
        """Remove the bytes of a version that a row named until now."""
        asyncio.get_running_loop().call_later(GRACE, self.drop, version)

    def sweep(self, named: Collection[str]) -> None:
        """Remove every file that is not among the *named* versions."""
        for place, kept in ((self._whole, named), (self._incoming, ())):
            for file in place.iterdir():
                if file.name not in kept:
                    file.unlink()


async def _limited(chunks: AsyncIterable[bytes], limit: float) -> AsyncIterator[bytes]:
    left = limit
    async for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise too_large()
        yield chunk
