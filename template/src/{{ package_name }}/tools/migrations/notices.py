"""What a revision says with `raise notice`, told where its progress is told."""

import sys

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

RAISED = " at RAISE"
"""How the place of a notice ends that a revision raised; Postgres's own have no such place."""


async def tell_notices(connection: AsyncConnection) -> None:
    """Tell each from now on, in one line."""
    driver = (await connection.get_raw_connection()).driver_connection
    if isinstance(driver, asyncpg.Connection):
        driver.add_log_listener(_tell)


def _tell(_: object, notice: asyncpg.PostgresLogMessage) -> None:
    if (notice.context or "").partition("\n")[0].endswith(RAISED):
        sys.stderr.write(f"migrate: {' '.join((notice.message or '').split())}\n")
