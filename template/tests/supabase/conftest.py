"""Ways to make the database say no."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest


@pytest.fixture
def refuse_notes(
    sql: asyncpg.Connection[asyncpg.Record],
) -> Callable[[str], Awaitable[None]]:
    """Let every new note fail with an SQLSTATE, at commit: the last moment there is."""

    async def refuse(sqlstate: str) -> None:
        await sql.execute(
            f"""
            create function refuse() returns trigger language plpgsql as $$
              begin raise exception 'a secret of the database' using errcode = '{sqlstate}'; end
            $$;
            create constraint trigger refuse after insert on notes
              deferrable initially deferred for each row execute function refuse();
            """
        )

    return refuse
