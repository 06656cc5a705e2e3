"""How far away the database is, and what that costs a request."""

import time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from .line import Line, ok, warn

TIMES = 3
FAR = 0.03
"""Seconds to the database and back that no machine in its region needs."""

FLIGHTS = 3
"""Turns to the database and back of a request that reads or writes once."""


async def check_region(connection: AsyncConnection, region: str) -> Line:
    """Measure the round trip, and judge it."""
    measured: list[float] = []
    async with connection.begin():
        await connection.execute(text("select 1"))
        for _ in range(TIMES):
            began = time.perf_counter()
            await connection.exec_driver_sql("select 1")
            measured.append(time.perf_counter() - began)
    return judged(min(measured), region)


def judged(seconds: float, region: str) -> Line:
    """Say what a round trip of *seconds* means."""
    took = f"{seconds * 1000:.1f} ms" if seconds < FAR else f"{seconds * 1000:.0f} ms"
    cost = f"a request takes {FLIGHTS} of them, {seconds * FLIGHTS * 1000:.0f} ms"
    if seconds < FAR:
        return ok(f"a round trip to the database takes {took}")
    return warn(
        f"a round trip to the database takes {took}: {cost} before anything else",
        f"run the service in the project's region{f' ({region})' if region else ''}",
    )
