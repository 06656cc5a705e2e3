"""A query that only asks whether the database answers."""

import asyncio
from typing import Literal, cast

from sqlalchemy import QueuePool, text

from ..http.errors import Unavailable
from .engine import Database
from .transaction import begun

FIRST_WITHIN = 10
"""Seconds that a query may take with the login before it, which over a long distance is slow. The
login alone has CONNECT_TIMEOUT."""

NEXT_WITHIN = 1.8
"""Seconds that one may take on a connection that is there: less than readiness waits, so that one
that went silent is given up before the next asks."""


async def probe(database: Database, within: float = FIRST_WITHIN) -> None:
    """Run a query: a pooler lets clients in while the database behind it is down.

    It has a connection of its own, so that a busy pool does not look like a dead database, and
    *within* seconds in all.

    Raises:
        Unavailable: nobody answers, or nobody can log in.
    """
    try:
        async with (
            asyncio.timeout(within),
            begun(database.probe, read_only=True, within=within) as connection,
        ):
            await connection.execute(text("select 1"))
    except TimeoutError:
        raise Unavailable("The database does not answer.") from None


async def pool_status(database: Database) -> Literal["free", "busy"]:
    """Tell whether a request would find a connection, once the database has answered.

    Raises:
        Unavailable: it has not.
    """
    is_connected = cast("QueuePool", database.probe.pool).checkedin() > 0
    await probe(database, NEXT_WITHIN if is_connected else FIRST_WITHIN)
    return "busy" if database.slots.locked() else "free"
