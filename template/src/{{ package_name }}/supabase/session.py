"""One transaction per request, and the lifespan's state that it comes from."""

from collections.abc import AsyncGenerator
from typing import Annotated, TypedDict, cast

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from .database import Database
from .transaction import transaction


class State(TypedDict):
    """What the lifespan made and every request may use."""

    database: Database


def state(request: Request) -> State:
    """Return the lifespan's state, typed: Starlette hands it on as anything."""
    return cast("State", request.scope["state"])


def database(request: Request) -> Database:
    """Return the application's database, for work that opens its own transactions."""
    return state(request)["database"]


async def caller_session(request: Request) -> AsyncGenerator[AsyncSession]:
    """Open the transaction of this request: committed if the route returns, else rolled back."""
    async with transaction(database(request)) as session:
        yield session


async def read_only_session(request: Request) -> AsyncGenerator[AsyncSession]:
    """Open a read-only transaction, which ends when the answer has left."""
    async with transaction(database(request), read_only=True) as session:
        yield session


AppDatabase = Annotated[Database, Depends(database)]
"""The application's database, for a route whose work is not one transaction."""

# With this scope the commit comes before the answer: one that fails is an error for the client too.
CallerSession = Annotated[AsyncSession, Depends(caller_session, scope="function")]
"""The transaction of this request, saved before the answer leaves."""

# Nothing hangs on how a read ends, so with this scope its client does not wait for that.
ReadOnlySession = Annotated[AsyncSession, Depends(read_only_session, scope="request")]
"""A transaction that may only read; the client waits a round trip less."""
