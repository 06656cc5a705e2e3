"""The message that opens every transaction on the application's engine.

A pooler hands a server connection from client to client with its session state, so a transaction
believes nothing it finds: BEGIN travels in one message with the reset of every setting, and with
the few values that are not the login's defaults, each local to the transaction. That costs no
round trip, and leaves nothing behind.
"""

import asyncio
import logging
import random
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import asyncpg
from asyncpg.transaction import Transaction

from .actor import NOBODY, Actor
from .login.refusals import refusal_at_begin

if TYPE_CHECKING:
    DriverConnection = asyncpg.Connection[asyncpg.Record]
else:
    DriverConnection = asyncpg.Connection

GRACE = 2
"""Seconds on top of its time-out that a statement has to be answered: then the network is gone."""

LIFETIME = 1800
"""Seconds after which a connection is replaced, a fifth more or less: not all of them at once."""

ISOLATION = re.compile(r"ISOLATION LEVEL (READ COMMITTED|REPEATABLE READ|SERIALIZABLE)")
PLAIN = re.compile(r"[\w ,.-]*", re.ASCII)

CLEAN_SLATE = "RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL"
"""Undoes what another client of the pooler left: whose login it is, every setting whatever its
name, and cursors. A role survives it, so the state below names one. It needs no privilege."""

STATEMENT_TIMEOUT = (
    "select setting::int from pg_catalog.pg_settings where name = 'statement_timeout'"
)
"""In milliseconds; 0 is without limit."""

UTF8 = {"utf8", "utf-8", "unicode"}
"""What a server calls the one encoding that the driver reads right, in lower case."""

log = logging.getLogger(__name__)


def transaction_state(*, statement_timeout: float, application_name: str) -> dict[str, str]:
    """Return what a transaction sets besides its actor, by Postgres' own names.

    *statement_timeout* is in seconds. Every other setting has the login's default.

    The search path ends in `pg_temp`, which otherwise comes first: a temporary table that another
    client of the pooler left would hide a table of the same name.
    """
    return {
        "search_path": "public, extensions, pg_temp",
        "statement_timeout": f"{round(statement_timeout * 1000)}ms",
        "idle_in_transaction_session_timeout": "60s",
        "client_encoding": "UTF8",
        "TimeZone": "UTC",
        "jit": "off",
        "application_name": application_name[:63],
    }


def literal(value: str) -> str:
    """Quote *value* so that it means the same whatever the server is set to."""
    if PLAIN.fullmatch(value):
        return f"'{value}'"
    return f"pg_catalog.convert_from(pg_catalog.decode('{value.encode().hex()}','hex'),'UTF8')"


def opening(begin: str, state: Mapping[str, str]) -> str:
    """Return *begin* with its mode spelled out, followed by a clean slate and *state*.

    READ WRITE is spelled out too: a database set to read only by default stays writable here.
    """
    isolation = ISOLATION.search(begin)
    level = isolation[1] if isolation else "READ COMMITTED"
    access = "READ ONLY" if "READ ONLY" in begin else "READ WRITE"
    deferrable = "DEFERRABLE" if "DEFERRABLE" in begin else "NOT DEFERRABLE"
    calls = (f"pg_catalog.set_config('{name}',{literal(to)},true)" for name, to in state.items())
    mode = f"ISOLATION LEVEL {level} {access} {deferrable}"
    return f"BEGIN {mode}; {CLEAN_SLATE}; SELECT {', '.join(calls)}"


class BegunTransaction:
    """A transaction that has begun already, for a caller who is about to begin it.

    *instead* is the one that is begun in its place when another mode is asked for by now.
    """

    def __init__(self, transaction: Transaction, instead: Transaction | None) -> None:
        self._transaction = transaction
        self._instead = instead

    async def start(self) -> None:
        """Do nothing, unless another mode is asked for: that takes a beginning of its own."""
        if self._instead is not None:
            await self._transaction.rollback()
            self._transaction = self._instead
            await self._transaction.start()

    async def commit(self) -> None:
        """End it with all that was done."""
        await self._transaction.commit()

    async def rollback(self) -> None:
        """End it as if nothing had been done."""
        await self._transaction.rollback()


class TransactionConnection(DriverConnection):
    """A driver connection that sends the opening message wherever the driver sends a bare BEGIN."""

    state: Mapping[str, str]
    """What every transaction brings."""
    command_timeout: float
    """Seconds that each statement has to be answered, unless its transaction says otherwise."""
    actor: Actor = NOBODY
    """For whom the next transactions act, until the connection goes back to the pool."""
    trusted_since = 0.0
    """Of the whole engine: connections made before went silent, by `time.monotonic()`."""
    last_activity = 0.0
    """Of the whole engine: when the server last answered."""

    _begun: Transaction | None = None
    _begun_read_only = False
    _config: Any  # the driver's own; it has no other way to change a time-out once it is connected

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._made = time.monotonic()
        self._lifetime = LIFETIME * random.uniform(0.8, 1.2)  # noqa: S311

    @property
    def is_spent(self) -> bool:
        """Whether it is known to be closed, silent or old; to know it costs no round trip."""
        too_old = time.monotonic() > self._made + self._lifetime
        return self.is_closed() or too_old or self._made < self.trusted_since

    @classmethod
    def retire_silent(cls, since: float) -> None:
        """Use none of the engine's connections again if all were silent *since* then.

        If one was not, the network works, and it is the pooler that has nothing to give.
        """
        if cls.last_activity < since:
            cls.trusted_since = time.monotonic()

    async def begin(self, *, read_only: bool) -> None:
        """Begin the next transaction now, which SQLAlchemy would do with its first statement.

        Whoever needs to know that it has begun can begin it elsewhere when it has not.
        """
        transaction = super().transaction(readonly=read_only)
        await transaction.start()
        self._begun, self._begun_read_only = transaction, read_only

    async def end_unused(self) -> None:
        """Roll back a transaction that was begun and never used."""
        if self._begun is not None:
            begun, self._begun = self._begun, None
            async with asyncio.timeout(GRACE):
                await begun.rollback()

    def wait_for_statements(self, seconds: float | None) -> None:
        """Wait so many *seconds* for the answer to each statement, until the next transaction.

        None is without limit.
        """
        self._config = self._config._replace(command_timeout=seconds)

    async def learn_statement_timeout(self) -> None:
        """Wait for this transaction's statements as long as the server does by now."""
        milliseconds: int = await self.fetchval(STATEMENT_TIMEOUT)
        # Never less than usual: a savepoint that is undone takes a shorter one back, unseen.
        seconds = max(self.command_timeout, milliseconds / 1000 + GRACE)
        self.wait_for_statements(seconds if milliseconds else None)

    def transaction(self, **mode: Any) -> Any:
        """Return the transaction that has begun, or a new one in this *mode*."""
        if self._begun is None:
            return super().transaction(**mode)
        begun, self._begun = self._begun, None
        is_usual = (
            mode.get("isolation") in (None, "read_committed")
            and bool(mode.get("readonly")) is self._begun_read_only
            and not mode.get("deferrable")
        )
        return BegunTransaction(begun, None if is_usual else super().transaction(**mode))

    async def execute(
        self,
        query: str,
        *args: object,
        timeout: float | None = None,  # noqa: ASYNC109  # the driver's own signature
    ) -> str:
        """Run *query*; a BEGIN brings the state that its transaction depends on."""
        if args or not query.startswith("BEGIN"):
            done = await super().execute(query, *args, timeout=timeout)
            type(self).last_activity = time.monotonic()
            return done
        self.wait_for_statements(self.command_timeout)
        try:
            state = {**self.actor.state(), **self.state}
            done = await super().execute(opening(query, state), timeout=timeout)
            self._insist_on_utf8()
            type(self).last_activity = time.monotonic()
        except BaseException as error:
            # Nobody knows how far it came: such a connection is not used again.
            self.terminate()
            refusal = refusal_at_begin(error)
            if refusal is None:
                raise
            log.error("no transaction could begin: %s", refusal.remedy)  # noqa: TRY400  # no fault of ours
            raise refusal from error
        return done

    def _insist_on_utf8(self) -> None:
        """Refuse a connection on which another client's encoding reached the driver.

        The server reports an encoding that changes. When a rollback brings another client's back,
        the driver follows, and a server connection that never had it has no change to report.
        """
        encoding = getattr(self.get_settings(), "client_encoding", "UTF8")
        if encoding.strip("'").lower() not in UTF8:
            raise asyncpg.ConnectionFailureError(f"the connection was left with {encoding}")


def connection_class(
    state: Mapping[str, str], command_timeout: float
) -> type[TransactionConnection]:
    """Return the class of driver connections whose every transaction brings *state*.

    Each statement is answered within *command_timeout* seconds, or its connection is given up.
    """
    members = {"state": state, "command_timeout": command_timeout}
    return type("ServiceConnection", (TransactionConnection,), members)
