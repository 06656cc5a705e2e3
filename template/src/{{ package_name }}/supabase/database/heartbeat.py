"""A query now and then, for hosts and projects that fall asleep when nothing happens."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from ..http.errors import Problem
from .engine import Database
from .probe import probe

log = logging.getLogger(__name__)

LAST_WITHIN = 1
"""Seconds that a beat may take which is under way when the application ends."""


@asynccontextmanager
async def heartbeat(database: Database, interval: float) -> AsyncGenerator[None]:
    """Query the database every *interval* seconds until the application ends; never for 0."""
    if not interval:
        yield
        return
    ended = asyncio.Event()
    beating = asyncio.create_task(_beat(database, interval, ended))
    try:
        yield
        ended.set()
        # One that is cut off would give its connection back when the pool is closed already.
        await asyncio.wait([beating], timeout=LAST_WITHIN)
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _beat(database: Database, interval: float, ended: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), interval)
            return
        try:
            await probe(database)
        except (Problem, OSError, SQLAlchemyError) as error:
            log.warning("a heartbeat failed: %s", error)
