"""One transaction that looks at a database in several names, and changes nothing.

It is read-only and rolled back. Whatever is asked in a name is inside a savepoint: an error leaves
the transaction as it was, and so does a role.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from ...supabase.database.actor import Actor
from ...supabase.database.begin import DriverConnection, opening, transaction_state
from ...supabase.database.settings import DatabaseSettings
from ..connect import connect
from ..failure import Failure
from ..unmigrated import insist_on_tables
from .person import HAS_RLS

SQL = {path.stem: path.read_text("utf-8") for path in Path(__file__).parent.glob("sql/*.sql")}

TIME_OUT = 5
"""Seconds that one statement may take."""

BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
LOGIN = Actor("none")

ALL_ROWS = {"row_security": "off"}
"""A query that a policy would cut fails instead: what is counted so is all that there is."""
FULL_NAMES = {"search_path": ""}
"""Every name in the text of an expression brings its schema."""


@dataclass(frozen=True, slots=True)
class Looking:
    """The transaction."""

    driver: DriverConnection
    login: str
    """As whom it is logged in."""

    @asynccontextmanager
    async def acting(self, actor: Actor, **settings: str) -> AsyncGenerator[DriverConnection]:
        """Act as *actor*, with these *settings*, until the block ends."""
        await self.driver.execute("savepoint looking")
        try:
            await become(self.driver, {**actor.state(), **settings})
            yield self.driver
        finally:
            await self.driver.execute("rollback to savepoint looking")

    async def rows(self, name: str, *arguments: Any) -> list[Mapping[str, Any]]:
        """Return what the query of that *name* in `sql/` answers to the login."""
        async with self.acting(LOGIN, **FULL_NAMES) as driver:
            return [dict(row) for row in await driver.fetch(SQL[name], *arguments)]


async def become(driver: DriverConnection, state: Mapping[str, str]) -> None:
    """Let the rest of the savepoint run in this *state*."""
    names, values = list(state), list(state.values())
    await driver.fetch(
        "select pg_catalog.set_config(name, value, true)"
        " from unnest($1::text[], $2::text[]) as wanted (name, value)",
        names,
        values,
    )


@asynccontextmanager
async def looking(settings: DatabaseSettings, *, who: str, migrate: str) -> AsyncGenerator[Looking]:
    """Begin one where migrations log in, or else the service.

    Raises:
        Failure: nobody can log in there, or it has nothing of this project before the command
            *migrate* was run.
    """
    # Without row level security the login itself is who asks.
    owner = settings.migrations_address() if HAS_RLS else None
    address = owner or settings.address()
    state = transaction_state(statement_timeout=TIME_OUT, application_name=who)
    async with connect(address, settings.database_ssl_root_cert, who=who) as connection:
        await connection.run_sync(partial(insist_on_tables, migrate=migrate, who=who))
        await connection.rollback()
        driver: DriverConnection = (await connection.get_raw_connection()).driver_connection  # pyright: ignore[reportAssignmentType]
        try:
            await driver.execute(opening(BEGIN, {**LOGIN.state(), **state}))
            yield Looking(driver, await driver.fetchval("select session_user::text"))
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError) as error:
            raise Failure(f"{who}: the database broke off ({error}): try again") from error
        finally:
            if not driver.is_closed():
                await driver.execute("rollback")
