"""The `schema` command: read the catalogue of the database that the settings name."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...supabase.database.settings import DatabaseSettings
from ..connect import connect
from ..failure import Failure
from .catalogue import Catalogue
from .read import read_catalogue

Found = TypeVar("Found")

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
    address = settings.migrations_address() or settings.address()
    async with connect(address, settings.database_ssl_root_cert, who=who) as connection:
        await connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        try:
            return await connection.run_sync(read)
        except DBAPIError as error:
            cause = error.orig.__cause__ if error.orig else error
            sentence = str(cause).partition("\n")[0]
            raise Failure(f"{who}: the database broke off ({sentence}): try again") from error
        finally:
            _progress("")


def _progress(what: str) -> None:
    """Tell a person what is being read; the next word takes the place of the last."""
    if sys.stderr.isatty():
        line = f"reading {what} ..." if what else ""
        sys.stderr.write(f"{ERASE_LINE}{line}")
        sys.stderr.flush()
