"""What every route of Storage works with: rows, bytes, and what is signed."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from ..folder import write_private
from ..keys import Keys
from . import objects
from .blobs import Blobs
from .caller import SERVICE, Caller
from .database import Database, database
from .errors import StorageError
from .objects import Draft, Record
from .signing import Signer

LARGEST = 50 * 1024 * 1024
"""Bytes of an object, where neither its bucket nor the environment says otherwise."""


def largest_object() -> int:
    """Return how many bytes an object of any bucket may have, by Storage's own variable."""
    return int(os.environ.get("UPLOAD_FILE_SIZE_LIMIT", LARGEST))


@dataclass(frozen=True)
class Storage:
    """The Storage service of a project."""

    keys: Keys
    signer: Signer
    database: Database
    blobs: Blobs

    async def bucket(self, bucket: str) -> Record:
        """Return a bucket, whoever asks.

        Raises:
            StorageError: there is none.
        """
        async with self.database.acting_as(SERVICE) as connection:
            return await objects.bucket_of(connection, bucket)

    async def check(self, draft: Draft, *, upsert: bool) -> None:
        """Find out whether the database would take *draft*.

        Raises:
            StorageError: it would not.
        """
        async with self.database.acting_as(draft.caller, keep=False) as connection:
            await objects.insert(connection, draft, upsert=upsert)

    async def keep(self, draft: Draft, *, upsert: bool) -> UUID:
        """Write *draft* down, whose bytes are there; return the object's id.

        Raises:
            StorageError: the database does not take it; the bytes are gone, too.
        """
        try:
            async with self.database.acting_as(draft.caller) as connection:
                new, replaced = await objects.insert(connection, draft, upsert=upsert)
        except StorageError:
            # Not after any other error: then it may have been committed all the same.
            self.blobs.drop(draft.version)
            raise
        if replaced:
            self.blobs.drop_later(replaced)
        return new

    async def remove(self, caller: Caller, bucket: str, names: list[str] | None) -> list[Record]:
        """Delete the objects called *names*, or all, as far as *caller* may; return those."""
        async with self.database.acting_as(caller) as connection:
            removed = await objects.delete(connection, bucket, names)
        for row in removed:
            if row["version"]:
                self.blobs.drop_later(row["version"])
        return removed


@asynccontextmanager
async def open_storage(url: str, folder: Path, keys: Keys) -> AsyncGenerator[Storage]:
    """Open the Storage of the database at *url* whose bytes are in *folder*."""
    async with database(url) as opened:
        blobs = Blobs(folder)
        async with opened.acting_as(SERVICE) as connection:
            rows = await connection.fetch("select version from storage.objects")
        blobs.sweep({row["version"] for row in rows})
        yield Storage(keys, Signer(_signing_secret(folder)), opened, blobs)


def _signing_secret(folder: Path) -> str:
    """Return what URLs are signed with, made at first sight: those that are out stay good."""
    file = folder.with_name("url_signing")
    if not file.exists():
        write_private(file, secrets.token_urlsafe(32))
    return file.read_text(encoding="utf-8")
