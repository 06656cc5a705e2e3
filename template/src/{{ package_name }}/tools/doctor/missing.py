"""Whether the login that is refused is not there at all: the first migration makes it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from ..unmigrated import lacks_login
from .known import Known
from .poolers import LogIn


async def is_missing(known: Known, log_in: LogIn, most: int) -> bool:
    """Ask the login of migrations; False too where there is none, or *most* logins were tried."""
    address = known.database.migrations_address()
    if address is None or address.url == known.address.url or known.logins >= most:
        return False
    connection = await log_in(address)
    return isinstance(connection, AsyncConnection) and await lacks_login(connection)
