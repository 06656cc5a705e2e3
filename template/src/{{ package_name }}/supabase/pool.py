"""What happens when a connection is made, comes out of the pool, and goes back."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Dialect, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DisconnectionError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine

from .actor import NOBODY
from .begin import TransactionConnection
from .errors import Misconfigured
from .logins import refusal_of

HOLD_OFF = 30
"""Seconds without a login after a refused one: ten in 150 s lock a project's clients out."""

NO_AUTOCOMMIT = (
    "AUTOCOMMIT is not for this engine: behind a pooler a statement outside a transaction runs on"
    " whatever its other clients left. Use a transaction; what cannot run in one is for a migration"
)

log = logging.getLogger(__name__)


class Dialler:
    """Makes connections, and says what it means when one cannot be made."""

    def __init__(self) -> None:
        self._refusal = ""
        self._refused_until = 0.0

    def __call__(
        self, dialect: Dialect, _entry: object, arguments: list[Any], keywords: dict[str, Any]
    ) -> Any:
        """Log in, unless a login was refused just now.

        Raises:
            Misconfigured: the settings are wrong; trying again helps nobody.
            Unavailable: the database is away or full.
        """
        if time.monotonic() < self._refused_until:
            raise Misconfigured(self._refusal)
        try:
            return dialect.connect(*arguments, **keywords)
        except Exception as error:
            refusal = refusal_of(error)
            if isinstance(refusal, Misconfigured):
                log.error("no connection: %s (%s)", refusal.remedy, error)  # noqa: TRY400
                self._hold_off(refusal, error)
            else:
                log.warning("no connection: %s", error)
            raise refusal from error

    def _hold_off(self, refusal: Misconfigured, error: Exception) -> None:
        # A host without an address, or with a wrong certificate, has seen no login: those may
        # mend themselves at any moment, and to ask again locks nobody out.
        if not isinstance(error, OSError):
            self._refusal = refusal.remedy
            self._refused_until = time.monotonic() + HOLD_OFF


def watch(engine: AsyncEngine) -> None:
    """Let connections of *engine* be made, checked and returned as behind a pooler they must."""
    event.listen(engine.sync_engine, "do_connect", Dialler())
    event.listen(engine.sync_engine, "checkout", _hand_out)
    event.listen(engine.sync_engine, "reset", _end_unused_transaction)
    event.listen(engine.sync_engine, "handle_error", _keep_the_other_connections)
    event.listen(engine.sync_engine, "set_connection_execution_options", _refuse_autocommit)
    event.listen(engine.sync_engine, "set_engine_execution_options", _refuse_autocommit)


def _hand_out(connection: Any, _entry: object, _proxy: object) -> None:
    if connection.autocommit:
        raise InvalidRequestError(NO_AUTOCOMMIT)
    driver: TransactionConnection = connection.driver_connection
    driver.actor = NOBODY
    if driver.is_spent:
        driver.terminate()
        raise DisconnectionError


def _end_unused_transaction(connection: Any, _entry: object, _state: object) -> None:
    driver = connection.driver_connection
    if not driver.is_closed():
        connection.run_async(TransactionConnection.end_unused)


def _keep_the_other_connections(context: ExceptionContext) -> None:
    # One that is lost says nothing about the others; each is looked at when it is checked out.
    context.invalidate_pool_on_disconnect = False


def _refuse_autocommit(_subject: object, options: Mapping[str, Any]) -> None:
    if str(options.get("isolation_level", "")).upper() == "AUTOCOMMIT":
        raise InvalidRequestError(NO_AUTOCOMMIT)
