"""The `sql` command: one query as one person, which reads and changes nothing.

It runs as a request of that person would: over the service's own engine, in a transaction that
begins with their role and claims. That is read-only, and is always rolled back. The text becomes
part of one DECLARE CURSOR in the extended protocol: Postgres itself takes no second statement
there, and no statement but a query.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from ...supabase.database.actor import Actor
from ...supabase.database.begin import DriverConnection
from ...supabase.database.engine import create_engine
from ...supabase.database.login import gate as login
from ...supabase.database.login.gate import LoginGate
from ...supabase.database.settings import DatabaseSettings
from ...supabase.database.transaction import begun, driver_of
from ...supabase.http.errors import Misconfigured, Unavailable
from ..failure import Failure
from ..unmigrated import insist_on_login
from . import printed
from .person import HAS_RLS, Asked, find_person
from .reach import insist_on_reading

LIMIT = 1000
"""Rows that are printed: one more is asked for, to say that there are more."""

NO_RLS = (
    "this project has no row level security: every query runs as the login, which sees the rows of"
    " all; only your code tells people apart"
)
NO_QUERY = "sql: refused: only a query is run: select, values, table, or with before one of them"

CURSOR = """
    declare answer no scroll cursor for
    select pg_catalog.row_to_json({alias})::text from (
{text}
) as {alias}
"""
"""The line break after the text ends a comment of its own."""

WHOSE = """
    select pg_catalog.concat_ws(' ', session_user, current_user,
        pg_catalog.current_setting('role'),
        pg_catalog.current_setting('transaction_read_only'),
        pg_catalog.current_setting('request.jwt.claim', true),
        pg_catalog.current_setting('request.jwt.claims', true),
        pg_catalog.current_setting('request.jwt.claim.sub', true),
        pg_catalog.current_setting('request.jwt.claim.role', true),
        pg_catalog.current_setting('request.jwt.claim.email', true))
"""
"""In whose name the transaction is; the same after a query as before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person sees."""

    columns: list[str]
    rows: list[str]
    """Each as the JSON object that Postgres wrote."""
    notes: tuple[str, ...]
    """What whoever reads them should know."""

    def as_text(self) -> str:
        """Return a table."""
        return printed.as_text(self.columns, self.rows)

    def as_json(self) -> str:
        """Return an array of objects.

        Raises:
            Failure: two columns have one name.
        """
        return printed.as_json(self.columns, self.rows)


def ask(settings: DatabaseSettings, asked: Asked, query: str, *, as_json: bool) -> str:
    """Run *query* as whom is *asked* for, and return what is printed; notes go to stderr.

    Raises:
        Failure: it is no single query, does more than to read, or Postgres refuses it.
    """
    found = asyncio.run(answer(settings, asked, query))
    for note in found.notes:
        sys.stderr.write(f"sql: {note}\n")
    return found.as_json() if as_json else found.as_text()


async def answer(settings: DatabaseSettings, asked: Asked, query: str) -> Answer:
    """Do it in this event loop."""
    person = await find_person(settings, asked, who="sql")
    async with acting(settings, person.actor, asked.migrate) as connection:
        await insist_on_reading(connection, query)
        driver = await driver_of(connection)
        try:
            columns, rows = await _read(driver, query)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Failure(_sentence(error, settings)) from error
    notes = [*person.notes]
    if len(rows) > LIMIT:
        notes.append(f"there are more rows than these {LIMIT:,}: narrow the query")
    if not HAS_RLS:
        notes.append(NO_RLS)
    return Answer(columns, rows[:LIMIT], tuple(notes))


@asynccontextmanager
async def acting(
    settings: DatabaseSettings, actor: Actor, migrate: str
) -> AsyncGenerator[AsyncConnection]:
    """Begin a read-only transaction of *actor* as the service does; it is rolled back.

    Raises:
        Failure: the service could not either; if it has no login yet, *migrate* makes it.
    """
    engine = create_engine(settings, LoginGate(settings.address()), size=1)
    login.log.addFilter(_is_no_mistake)
    try:
        async with begun(
            engine, actor, read_only=True, within=settings.database_pool_timeout
        ) as connection:
            yield connection
    except Misconfigured as error:
        await insist_on_login(settings, migrate, who="sql")
        raise Failure(f"the service cannot act for them: {error.remedy}") from error
    except Unavailable as error:
        raise Failure("the database cannot be reached now; the line above says why") from error
    finally:
        login.log.removeFilter(_is_no_mistake)
        await engine.dispose()


def _is_no_mistake(record: logging.LogRecord) -> bool:
    """A mistake in the settings is told by the failure that it becomes, and maybe as another."""
    return record.levelno < logging.ERROR


async def _read(driver: DriverConnection, query: str) -> tuple[list[str], list[str]]:
    whose = await driver.fetchval(WHOSE)
    text = query.strip().removesuffix(";")
    # Parsed alone first: what is not one statement fails here, and the columns have their names.
    statement = await driver.prepare(text)
    columns = [attribute.name for attribute in statement.get_attributes()]
    alias = "answered"
    while alias in columns:
        alias += "_"
    try:
        # `fetch` is the extended protocol: one statement, whatever the text holds.
        await driver.fetch(CURSOR.format(alias=alias, text=text))
    except asyncpg.PostgresSyntaxError as error:
        raise Failure(NO_QUERY) from error
    records = await driver.fetch(f"fetch {LIMIT + 1} from answer")
    if await driver.fetchval(WHOSE) != whose:
        raise Failure("sql: refused: the query changed for whom it acts")
    return columns, [record[0] for record in records]


def _sentence(error: Exception, settings: DatabaseSettings) -> str:
    if isinstance(error, asyncpg.QueryCanceledError):
        return f"sql: it took longer than {settings.database_statement_timeout:g} s"
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return f"sql: refused, since this only reads: {error}"
    if "multiple commands" in str(error):
        return "sql: one statement at a time: leave out what stands after the first semicolon"
    return f"sql: {str(error).partition(chr(10))[0]}"
