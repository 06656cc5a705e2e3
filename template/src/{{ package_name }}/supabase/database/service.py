"""Work that is nobody's in particular: it sees all rows, so it is asked for by name and logged."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from .actor import SERVICE
from .engine import Database
from .session import database
from .transaction import transaction

log = logging.getLogger(__name__)


@asynccontextmanager
async def service_transaction(db: Database, *, reason: str) -> AsyncGenerator[AsyncSession]:
    """Open a session that no policy holds back; grants still do.

    Raises:
        ValueError: no *reason* was given.
        Misconfigured: with row level security, the login is no member of `service_role`.
    """
    _insist_on(reason)
    log.info("service session: %s", reason)
    async with transaction(db, SERVICE) as session:
        yield session


def service_session(*, reason: str) -> Callable[..., Awaitable[AsyncSession]]:
    """Make a dependency: `Annotated[AsyncSession, Depends(service_session(reason="..."))]`.

    Its transaction is committed before the answer leaves, as a caller's is.

    Raises:
        ValueError: no *reason* was given.
    """
    _insist_on(reason)

    async def opened(request: Request) -> AsyncGenerator[AsyncSession]:
        async with service_transaction(database(request), reason=reason) as session:
            yield session

    # The one that is handed out has no scope of its own to get wrong.
    async def handed_out(
        session: Annotated[AsyncSession, Depends(opened, scope="function")],
    ) -> AsyncSession:
        return session

    return handed_out


def _insist_on(reason: str) -> None:
    if not reason.strip():
        raise ValueError("a service session needs a reason, which is logged")
