"""Whether the process lives, and whether it can do its work; for load balancers, not for people."""

import asyncio
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from .errors import Unavailable
from .session import AppDatabase
from .transaction import begin

READY_WITHIN = 2
"""Seconds that the database has to answer."""

router = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Live):
    """The database answers too; when it does not, the answer is a problem."""

    pool: Literal["free", "busy"]
    """`busy`: all connections of this process are taken, so requests wait for their turn."""


@router.get("/live")
async def live() -> Live:
    """Answer as long as the process does."""
    return Live()


@router.get("/ready")
async def ready(database: AppDatabase) -> Ready:
    """Run a query: a pooler lets clients in while the database behind it is down.

    It has a connection of its own, so a busy pool does not look like a database that is away.
    """
    try:
        async with asyncio.timeout(READY_WITHIN), database.probe.connect() as connection:
            await begin(connection, read_only=True)
            await connection.execute(text("select 1"))
    except TimeoutError:
        raise Unavailable("The database does not answer.") from None
    return Ready(pool="busy" if database.turns.locked() else "free")
