"""A query that only asks whether the database answers."""

import asyncio
from typing import Literal

from sqlalchemy import text

from ..http.errors import Unavailable
from .engine import Database
from .transaction import begun

ANSWER_WITHIN = 10
"""Seconds that one query may take, its connection included."""


async def probe(database: Database) -> None:
    """Run a query: a pooler lets clients in while the database behind it is down.

    It has a connection of its own, so that a busy pool does not look like a dead database.

    Raises:
        Unavailable: nobody answers, or nobody can log in.
    """
    try:
        async with (
            asyncio.timeout(ANSWER_WITHIN),
            begun(database.probe, read_only=True, within=ANSWER_WITHIN) as connection,
        ):
            await connection.execute(text("select 1"))
    except TimeoutError:
        raise Unavailable("The database does not answer.") from None


async def pool_status(database: Database) -> Literal["free", "busy"]:
    """Tell whether a request would find a connection, once the database has answered.

    Raises:
        Unavailable: it has not.
    """
    await probe(database)
    return "busy" if database.slots.locked() else "free"
