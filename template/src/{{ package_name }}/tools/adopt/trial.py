"""The statements are tried on the local stand-in, in a transaction that is rolled back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ...supabase.database.settings import DatabaseSettings
from ..connect import connect
from ..failure import Failure
from ..migrations.exposure import Reachable
from .found import Found, read_found

SHOWN = 60
"""Characters of a statement in a message."""


@dataclass(frozen=True)
class Said:
    """A statement, and where it is from."""

    statement: str
    where: str = ""


@dataclass(frozen=True)
class Trial:
    """What the stand-in had, what was said, and what it had then."""

    before: Found
    said: Sequence[Said]
    after: Found
    open_beside: Sequence[Reachable]
    """What is open beside the tables."""


async def try_out(
    settings: DatabaseSettings,
    statements: Callable[[Found], Sequence[Said]],
    read_open: Callable[[Connection], Sequence[Reachable]],
) -> Trial:
    """Run on the stand-in what *statements* gives for what is there.

    Raises:
        Failure: one of them does not go through there.
    """
    address = settings.migrations_address()
    assert address is not None, "the stand-in says all"  # noqa: S101
    async with connect(address, settings.database_ssl_root_cert, who="adopt") as connection:
        before = await connection.run_sync(read_found)
        said = statements(before)
        for each in said:
            await _run(connection, each)
        after = await connection.run_sync(read_found)
        open_beside = await connection.run_sync(read_open)
        await connection.rollback()
    return Trial(before, said, after, open_beside)


async def _run(connection: AsyncConnection, said: Said) -> None:
    try:
        await connection.exec_driver_sql(said.statement)
    except DBAPIError as error:
        cause = error.orig.__cause__ if error.orig else error
        sentence = str(cause).partition("\n")[0]
        words = " ".join(said.statement.split())
        shown = words if len(words) <= SHOWN else f"{words[:SHOWN]} ..."
        raise Failure(
            f"adopt: {said.where or 'the local stand-in'}: {sentence}: {shown}\n"
            "adopt: nothing is written; docs/extensions.md has what the stand-in lacks, and a"
            " table that migrations/left_alone.txt names is passed over"
        ) from error
