"""A query now and then, for hosts and projects that fall asleep when nothing happens."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .database import Database
from .errors import Problem
from .transaction import begun

WITHIN = 10
"""Seconds that one query may take, its connection included."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def heartbeat(database: Database, interval: float) -> AsyncGenerator[None]:
    """Query the database every *interval* seconds until the application ends; never for 0."""
    if not interval:
        yield
        return
    beating = asyncio.create_task(_beat(database, interval))
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _beat(database: Database, interval: float) -> None:
    while True:
        await asyncio.sleep(interval)
        try:
            async with (
                asyncio.timeout(WITHIN),
                begun(database.probe, read_only=True, within=WITHIN) as connection,
            ):
                await connection.execute(text("select 1"))
        except (Problem, OSError, SQLAlchemyError) as error:
            log.warning("a heartbeat failed: %s", error)
