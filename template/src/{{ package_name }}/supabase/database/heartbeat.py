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
            await probe(database)
        except (Problem, OSError, SQLAlchemyError) as error:
            log.warning("a heartbeat failed: %s", error)
