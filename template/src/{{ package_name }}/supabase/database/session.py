"""One transaction per request."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from ..auth.principal import Principal
from ..auth.users import CurrentUser
from .actor import actor_of
from .engine import Database
from .transaction import transaction


def database(request: Request) -> Database:
    """Return the application's database, for work that opens its own transactions."""
    database: Database = request.state.database
    return database


async def caller_session(request: Request, user: CurrentUser) -> AsyncGenerator[AsyncSession]:
    """Open the caller's transaction: committed if the route returns, else rolled back."""
    async with transaction(database(request), actor_of(user)) as session:
        yield session


async def read_only_session(request: Request, user: CurrentUser) -> AsyncGenerator[AsyncSession]:
    """Open a read-only transaction of the caller, which ends when the answer has left."""
    async with transaction(database(request), actor_of(user), read_only=True) as session:
        yield session


@asynccontextmanager
async def caller_transaction(
    db: Database, user: Principal, *, read_only: bool = False
) -> AsyncGenerator[AsyncSession]:
    """Open one more transaction of *user*, for what is not one transaction per request.

    It is committed at the end of the block, or rolled back if that raises.
    """
    async with transaction(db, actor_of(user), read_only=read_only) as session:
        yield session


AppDatabase = Annotated[Database, Depends(database)]
"""The application's database, for a route whose work is not one transaction."""

# With this scope the commit comes before the answer: one that fails is an error for the client too.
CallerSession = Annotated[AsyncSession, Depends(caller_session, scope="function")]
"""The database through the caller's eyes, saved before the answer leaves; 401 without a token."""

# Nothing hangs on how a read ends, so with this scope its client does not wait for that.
ReadOnlySession = Annotated[AsyncSession, Depends(read_only_session, scope="request")]
"""The same for reading only; the client waits a round trip less."""
