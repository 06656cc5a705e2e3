"""The `schema` command: read the catalogue of the database that the settings name."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection

from ...supabase.database.settings import DatabaseSettings
from ..connect import Found, ask
from .catalogue import Catalogue
from .read import read_catalogue

ERASE_LINE = "\r\x1b[K"


def look(
    settings: DatabaseSettings, schemas: Sequence[str] | None = None, *, who: str = "schema"
) -> Catalogue:
    """Read these *schemas*, or all of the project's, where migrations log in or else the service.

    *who* is the command that asks.

    Raises:
        Failure: the database cannot be reached or read, or has no such schema.
    """
    read = partial(read_catalogue, schemas=schemas, progress=_progress)
    return read_with(settings, read, who=who)


def read_with(
    settings: DatabaseSettings, read: Callable[[Connection], Found], *, who: str
) -> Found:
    """Return what *read* finds there, all of it at the same moment.

    Raises:
        Failure: the database cannot be reached or read, or *read* says so.
    """
    return asyncio.run(_read_with(settings, read, who))


async def _read_with(
    settings: DatabaseSettings, read: Callable[[Connection], Found], who: str
) -> Found:
    try:
        return await ask(
            settings, read, who=who, isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    finally:
        _progress("")


def _progress(what: str) -> None:
    """Tell a person what is being read; the next word takes the place of the last."""
    if sys.stderr.isatty():
        line = f"reading {what} ..." if what else ""
        sys.stderr.write(f"{ERASE_LINE}{line}")
        sys.stderr.flush()
