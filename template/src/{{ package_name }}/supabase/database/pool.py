"""What happens when a connection comes out of the pool, is used, and goes back."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, PoolResetState, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DisconnectionError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine

from .actor import NOBODY
from .begin import TransactionConnection

SETS_A_TIMEOUT = re.compile(r"statement_timeout|set_config", re.IGNORECASE)

NO_AUTOCOMMIT = (
    "AUTOCOMMIT is not for this engine: behind a pooler a statement outside a transaction runs on"
    " whatever its other clients left. Use a transaction; what cannot run in one is for a migration"
)


def watch(engine: AsyncEngine) -> None:
    """Let connections of *engine* be made, checked and returned as behind a pooler they must."""
    event.listen(engine.sync_engine, "checkout", _hand_out)
    event.listen(engine.sync_engine, "reset", _end_unused_transaction)
    event.listen(engine.sync_engine, "after_cursor_execute", _wait_as_long_as_asked)
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


def _end_unused_transaction(connection: Any, _entry: object, state: PoolResetState) -> None:
    driver = connection.driver_connection
    if state.asyncio_safe and not driver.is_closed():
        connection.run_async(TransactionConnection.end_unused)


def _wait_as_long_as_asked(
    connection: Connection,
    _cursor: object,
    statement: str,
    _parameters: object,
    _context: object,
    _many: object,
) -> None:
    # The driver gives up after a time of its own, so it has to know of another one.
    if SETS_A_TIMEOUT.search(statement):
        adapted: Any = connection.connection.dbapi_connection
        adapted.run_async(TransactionConnection.learn_statement_timeout)


def _keep_the_other_connections(context: ExceptionContext) -> None:
    # One that is lost says nothing about the others; each is looked at when it is checked out.
    context.invalidate_pool_on_disconnect = False


def _refuse_autocommit(_subject: object, options: Mapping[str, Any]) -> None:
    if str(options.get("isolation_level", "")).upper() == "AUTOCOMMIT":
        raise InvalidRequestError(NO_AUTOCOMMIT)
