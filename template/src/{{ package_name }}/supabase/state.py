"""What the lifespan made and every request may use."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NotRequired, TypedDict, cast

from httpx import AsyncClient
from starlette.requests import Request

from .database import Database
from .tokens import Tokens


class State(TypedDict):
    """What lives as long as the application."""

    database: Database
    http: AsyncClient
    tokens: Tokens
    services: NotRequired[Mapping[str, Callable[[], Awaitable[bool]]]]
    """By name, what else is asked for readiness: whether it answers. Not to have it is no fault."""


def state(request: Request) -> State:
    """Return the lifespan's state, typed: Starlette hands it on as anything."""
    return cast("State", request.scope["state"])
