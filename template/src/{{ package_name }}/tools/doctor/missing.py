"""Whether a role that cannot log in is not there at all: the first migration makes it."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from .known import Known
from .poolers import LogIn

IS_THERE = text("select exists (select from pg_roles where rolname = :role)")


async def is_missing(known: Known, role: str, log_in: LogIn, most: int) -> bool:
    """Ask the login of migrations; False too where there is none, or *most* logins were tried."""
    address = known.database.migrations_address()
    if address is None or address.url == known.address.url or known.logins >= most:
        return False
    connection = await log_in(address)
    if not isinstance(connection, AsyncConnection):
        return False
    try:
        return not (await connection.execute(IS_THERE, {"role": role})).scalar()
    except SQLAlchemyError:
        return False
