"""Whether the process lives, and whether it can do its work; for load balancers, not for people."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request

from .errors import Unavailable

PoolStatus = Literal["free", "busy"]

READY_WITHIN = 2
"""Seconds that the database has to answer."""

router = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Live):
    """The database answers too; when it does not, the answer is a problem."""

    pool: PoolStatus
    """`busy`: all connections of this process are taken, so requests wait for one."""

    services: dict[str, Literal["ok", "away"]]
    """What a part of the routes needs: without it the others are still served."""


class Readiness:
    """Asks what the service needs, once for all who want to know at the same time.

    *database* tells how its pool is, or raises a problem when the database does not answer.
    *services*, by name, tell whether they answer; the service is ready without them.
    """

    def __init__(
        self,
        database: Callable[[], Coroutine[Any, Any, PoolStatus]],
        services: Mapping[str, Callable[[], Awaitable[bool]]],
    ) -> None:
        self._database = database
        self._services = services
        self._query: asyncio.Task[PoolStatus] | None = None
        self._check: asyncio.Task[Ready | Exception] | None = None

    async def ask(self) -> Ready:
        """Return the answer; who asks while another waits for the same answer shares it.

        Raises:
            Problem: the database does not answer, or not in time.
        """
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(self._ask_everything())
        # The first who asked may leave before the others have their answer.
        answer = await asyncio.shield(self._check)
        if isinstance(answer, Exception):
            raise answer.with_traceback(None)
        return answer

    async def close(self) -> None:
        """Stop what is under way."""
        tasks = [task for task in (self._check, self._query) if task and not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _ask_everything(self) -> Ready | Exception:
        """A failure is returned, since nobody may be left to see it raised."""
        services = asyncio.gather(*map(_answers, self._services.values()))
        try:
            pool = await self._pool_status()
            answers = await services
        except Exception as failure:  # noqa: BLE001  # raised again for each who asked
            return failure
        finally:
            services.cancel()
        return Ready(pool=pool, services=dict(zip(self._services, answers, strict=True)))

    async def _pool_status(self) -> PoolStatus:
        # The wait ends, not the query: the first login over a long distance takes its time, and the
        # next who asks finds it done.
        if self._query is None or self._query.done():
            self._query = asyncio.create_task(self._database())
            self._query.add_done_callback(_forget)
        try:
            async with asyncio.timeout(READY_WITHIN):
                return await asyncio.shield(self._query)
        except TimeoutError:
            raise Unavailable("The database does not answer.") from None


def _forget(query: asyncio.Task[PoolStatus]) -> None:
    """Look at how the query ended, which nobody may have waited for."""
    if not query.cancelled():
        query.exception()


async def _answers(service: Callable[[], Awaitable[bool]]) -> Literal["ok", "away"]:
    try:
        async with asyncio.timeout(READY_WITHIN):
            return "ok" if await service() else "away"
    except TimeoutError:
        return "away"


@asynccontextmanager
async def open_readiness(
    database: Callable[[], Coroutine[Any, Any, PoolStatus]],
    services: Mapping[str, Callable[[], Awaitable[bool]]],
) -> AsyncGenerator[Readiness]:
    """Answer for as long as the application runs."""
    readiness = Readiness(database, services)
    try:
        yield readiness
    finally:
        await readiness.close()


def readiness(request: Request) -> Readiness:
    """Return what the application asks."""
    asked: Readiness = request.state.readiness
    return asked


@router.get("/live")
async def live() -> Live:
    """Answer as long as the process does."""
    return Live()


@router.get("/ready")
async def ready(readiness: Annotated[Readiness, Depends(readiness)]) -> Ready:
    """Ask the database, and name the services that are away."""
    return await readiness.ask()
