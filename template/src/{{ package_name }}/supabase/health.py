"""Whether the process lives, and whether it can do its work; for load balancers, not for people."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text
from starlette.requests import Request

from .database import Database
from .errors import Unavailable
from .session import AppDatabase
from .state import state
from .transaction import begun

Services = Mapping[str, Callable[[], Awaitable[bool]]]

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

    services: dict[str, Literal["ok", "away"]]
    """What a part of the routes needs: without it the others are still served."""


@router.get("/live")
async def live() -> Live:
    """Answer as long as the process does."""
    return Live()


@router.get("/ready")
async def ready(request: Request, database: AppDatabase) -> Ready:
    """Run a query: a pooler lets clients in while the database behind it is down.

    It has a connection of its own, so a busy pool does not look like a database that is away. Who
    asks while another is waiting for the same answer shares it: a crowd does not look so either.
    """
    others = state(request).get("services", {})
    key = id(database)
    check = _under_way.get(key)
    if check is None:
        check = _under_way[key] = asyncio.create_task(_check(database, others))
        check.add_done_callback(lambda _: _under_way.pop(key))
    # The first who asked may leave before the others have their answer.
    answer = await asyncio.shield(check)
    if isinstance(answer, Exception):
        raise answer.with_traceback(None)
    return answer


_under_way: dict[int, asyncio.Task[Ready | Exception]] = {}
"""The check of each database that somebody is waiting for."""


async def _check(database: Database, others: Services) -> Ready | Exception:
    """Ask everything at once; a failure is returned, since nobody may be left to see it raised."""
    try:
        _, answers = await asyncio.gather(
            _query(database), asyncio.gather(*map(_ask, others.values()))
        )
    except Exception as failure:  # noqa: BLE001  # raised again for each who asked
        return failure
    return Ready(
        pool="busy" if database.turns.locked() else "free",
        services=dict(zip(others, answers, strict=True)),
    )


async def _query(database: Database) -> None:
    try:
        async with (
            asyncio.timeout(READY_WITHIN),
            begun(database.probe, read_only=True, within=READY_WITHIN) as connection,
        ):
            await connection.execute(text("select 1"))
    except TimeoutError:
        raise Unavailable("The database does not answer.") from None


async def _ask(answers: Callable[[], Awaitable[bool]]) -> Literal["ok", "away"]:
    try:
        async with asyncio.timeout(READY_WITHIN):
            return "ok" if await answers() else "away"
    except TimeoutError:
        return "away"
