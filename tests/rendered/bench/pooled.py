"""What the poolers of the bench have in common: how clients log in, and what Postgres sees."""

from collections.abc import Collection

import asyncpg
from sqlalchemy import make_url

REF = "abcdefghijklmnopqrst"
USER = f"postgres.{REF}"
"""As whom clients log in; on the server each of them is `postgres`."""


def client_url(database_url: str, port: int) -> str:
    """Say what a `DATABASE_URL` says to reach the database through the pooler on *port*."""
    return (
        make_url(database_url).set(username=USER, port=port).render_as_string(hide_password=False)
    )


async def states(database_url: str, ports: Collection[int]) -> list[str]:
    """Give the state of each connection to Postgres that comes from one of *ports*.

    By port and not by name: what a connection calls itself is state of its session, and leaks.
    """
    observer = await asyncpg.connect(database_url)
    try:
        rows = await observer.fetch(
            "select state from pg_stat_activity where client_port = any($1) order by state",
            [*ports],
        )
    finally:
        await observer.close()
    return [row["state"] for row in rows]
