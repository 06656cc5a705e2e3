"""LOG_SQL: each statement in the log with the time that it took, and without a value.

Values travel beside a statement, and are never looked at. One that was written into its text is
replaced by a question mark, like every comment. What begins and ends a transaction is not logged:
the beginning holds the caller's claims.
"""

import logging
import re
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

BEGAN = "statement_began"

PARTS = re.compile(
    r"""
    (?P<kept> "(?:""|[^"])*" | \$\d+ )            # a name in quotes, a parameter
    | [eE]'(?:''|\\.|[^'\\])*(?:'|\Z)             # a string with escapes
    | (?:[uU]&|[bBxXnN])?'(?:''|[^'])*(?:'|\Z)
    | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)
    | --[^\n]* | /\*.*?(?:\*/|\Z)
    | (?P<word> [^\W\d][\w$]* )
    | \.?\d[\w.]*
    """,
    re.VERBOSE | re.DOTALL,
)
BLANKS = re.compile(r"\s+")

log = logging.getLogger(__name__)


def log_statements(engine: AsyncEngine) -> None:
    """Log what *engine* runs from now on."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _fail)


def without_values(statement: str) -> str:
    """Return *statement* in one line, with a question mark for each value in it."""
    masked = PARTS.sub(lambda part: part["kept"] or part["word"] or "?", statement)
    line = BLANKS.sub(" ", masked).strip()
    return "".join(it if it.isprintable() else "?" for it in line)


def _begin(
    connection: Connection,
    _cursor: object,
    _statement: str,
    _parameters: object,
    _context: object,
    _many: bool,  # noqa: FBT001  # the event's own signature
) -> None:
    connection.info[BEGAN] = time.perf_counter()


def _end(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Sequence[Any],
    _context: object,
    many: bool,  # noqa: FBT001  # the event's own signature
) -> None:
    times = f" for {len(parameters)} rows" if many else ""
    _log(connection, f"{without_values(statement)}{times}")


def _fail(context: ExceptionContext) -> None:
    if context.connection is None or context.statement is None:
        return
    # Not its words, which may hold what somebody sent or stored.
    code = getattr(context.original_exception, "sqlstate", None)
    text = without_values(context.statement)
    _log(context.connection, f"{text} failed with {code or 'no answer'}")


def _log(connection: Connection, what: str) -> None:
    began: float | None = connection.info.pop(BEGAN, None)
    if began is not None:
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        log.info("%.1f ms: %s", milliseconds, what, extra={"duration_ms": milliseconds})
