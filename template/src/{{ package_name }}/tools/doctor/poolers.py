"""Which shared pooler knows a project: one region has several, and only a login tells."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from ...supabase.database.address import Address
from ...supabase.database.login.refusals import words_of
from .address import POOLER
from .known import Known
from .network import resolve

UNKNOWN = ("(ENOTFOUND)", "Tenant or user not found")
"""What a pooler says that does not know the project."""

NUMBERS = (1, 0, 2, 3)
"""Of the poolers of a region, the most frequent one first."""

LogIn = Callable[[Address], Awaitable[AsyncConnection | Exception]]


@dataclass(frozen=True, slots=True)
class Found:
    """A pooler that knows the project, and what it said to the login."""

    address: Address
    answer: AsyncConnection | Exception


async def find(known: Known, log_in: LogIn, most: int) -> Found | None:
    """Log in at the other poolers of the region, once at each and *most* times in all."""
    match = POOLER.fullmatch(known.host)
    if not match:
        return None
    others = [number for number in NUMBERS if number != int(match["number"])]
    for number in others:
        host = f"aws-{number}-{match['region']}.pooler.supabase.com"
        if known.logins >= most or not await _is_there(host, known.port):
            continue
        address = replace(known.address, url=known.address.url.set(host=host))
        answer = await log_in(address)
        if isinstance(answer, AsyncConnection) or _knows(answer):
            return Found(address, answer)
    return None


async def _is_there(host: str, port: int) -> bool:
    try:
        return bool(await resolve(host, port))
    except socket.gaierror:
        return False


def _knows(error: Exception) -> bool:
    """A pooler that answers otherwise knows whom it answers; a silent network knows nobody."""
    words = words_of(error)
    return not isinstance(error, OSError) and not any(text in words for text in UNKNOWN)
