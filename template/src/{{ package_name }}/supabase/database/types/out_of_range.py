"""One row that Python cannot hold is one line in the log, and breaks no list that it is in."""

import logging
from typing import Any

from sqlalchemy import ColumnElement, Compiled, Connection, event
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from .times import KINDS

ASKED, FOUND = "out_of_range.asked", "out_of_range.found"
"""What a connection's record remembers until it is returned."""
MOST_TOLD = 1000
"""Sentences in the log; whoever writes such values must not fill it."""
TOLD = (
    "%s: Python cannot hold a value that is stored there, it was read as %s. Correct the row, and"
    " bound the column with a check, as notes/model.py does"
)

log = logging.getLogger(__name__)


def read_out_of_range(engine: AsyncEngine) -> None:
    """Let connections of *engine* read what is out of Python's range as the nearest value.

    The log tells of each such value once for the columns that it may stand in. It costs no round
    trip.
    """
    told = set[str]()

    def connect(connection: Any, record: Any) -> None:
        def found(python: type[Any], value: Any) -> None:
            # Here the driver reads for nobody in particular: checkin knows for which request.
            record.info.setdefault(FOUND, {})[python, value] = record.info.get(ASKED)

        async def set_codecs(driver: Any) -> None:
            for name, kind in KINDS.items():
                decode = kind.decoder(found)
                await driver.set_type_codec(
                    name, schema="pg_catalog", encoder=kind.encode, decoder=decode, format="tuple"
                )

        connection.run_async(set_codecs)

    def checkin(_connection: object, record: Any) -> None:
        for (python, value), asked in record.info.pop(FOUND, {}).items():
            source = _columns(asked, python) or asked
            if len(told) < MOST_TOLD and (sentence := f"{source} {value}") not in told:
                told.add(sentence)
                log.error(TOLD, source, value)

    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "before_cursor_execute", _remember)
    event.listen(engine.sync_engine, "checkin", checkin)


def _remember(
    connection: Connection,
    _cursor: object,
    statement: str,
    _parameters: object,
    context: ExecutionContext,
    _many: bool,  # noqa: FBT001  # SQLAlchemy's own signature
) -> None:
    connection.info[ASKED] = context.compiled or statement


def _columns(asked: Compiled | str | None, python: type[Any]) -> str:
    """Name the columns of this type in what was *asked*; a text tells of none."""
    columns = getattr(getattr(asked, "statement", None), "exported_columns", ())
    return ", ".join(str(column) for column in columns if _python_type(column) is python)


def _python_type(column: ColumnElement[Any]) -> type[Any] | None:
    try:
        return column.type.python_type
    except NotImplementedError:
        return None
