"""Answers of any length in constant memory: NDJSON from a server-side cursor.

An export that is cut short ends its connection abnormally, so it never looks complete.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, text
from starlette.responses import StreamingResponse
from starlette.types import Send

from ..auth.principal import Principal
from ..database.actor import Actor, actor_of
from ..database.engine import Database
from ..database.transaction import transaction
from .query import BATCH, LazyQuery

Row = TypeVar("Row")

SLICE = 64 * 1024
"""Bytes that are sent at a time: what a reader leaves unread is never more than a few of these."""
IDLE_LIMIT = 30
"""Seconds that a reader may take for one slice."""
WHOLE_LIMIT = 300
"""Seconds that an export may take: it holds a connection for all that time."""
PATIENT = f"set local idle_in_transaction_session_timeout = '{WHOLE_LIMIT}s'"


class Export(StreamingResponse):
    """Streams batches of lines, and gives up on a reader that does not read."""

    media_type = "application/x-ndjson"

    def __init__(self, batches: AsyncGenerator[bytes], status_code: int = 200) -> None:
        super().__init__(batches, status_code)
        self.batches = batches

    async def stream_response(self, send: Send) -> None:
        """Send each batch as it comes; past a limit the exception ends the connection."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        async with asyncio.timeout(WHOLE_LIMIT), aclosing(self.batches) as batches:
            await send({"type": "http.response.start", **start})
            async for batch in batches:
                for begin in range(0, len(batch), SLICE):
                    body = batch[begin : begin + SLICE]
                    async with asyncio.timeout(IDLE_LIMIT):
                        await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def export(
    database: Database,
    principal: Principal | None,
    query: Select[Row],
    line: Callable[[Row], str],
) -> Export:
    """Answer with a *line* for each row of *query* that *principal* sees, in its own transaction.

    The first batch is fetched before the answer begins, so that a failure still has its status.

    Raises:
        Unavailable: as many exports as the pool allows, or allows one user, are under way.
    """
    owner = principal.user_id if principal else None
    batches = _batches(database, owner, actor_of(principal), query, line)
    first = await anext(batches)
    return Export(_chain(first, batches))


async def _batches(
    database: Database,
    owner: UUID | None,
    actor: Actor,
    query: Select[Row],
    line: Callable[[Row], str],
) -> AsyncGenerator[bytes]:
    async with (
        database.exports.slot(owner, "Too many exports are under way; try again."),
        transaction(database, actor, read_only=True) as session,
    ):
        # Between two batches the session idles for as long as the reader reads.
        await session.execute(text(PATIENT))
        async with aclosing(LazyQuery[Row](session, query).batches(BATCH)) as batches:
            async for rows in batches:
                yield "".join(f"{line(row)}\n" for row in rows).encode()
        yield b""


async def _chain(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(rest):
        yield first
        async for batch in rest:
            yield batch
