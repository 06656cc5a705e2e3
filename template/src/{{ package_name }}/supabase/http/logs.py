"""How the service logs: text for people or JSON for collectors, each line with its request's id."""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

HANDLER = "service"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(user_id)s %(message)s"
TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the request that this task answers; `-` outside of any."""

user_id: ContextVar[str | None] = ContextVar("user_id", default=None)
"""Who makes it, once the access token is verified."""


class Json(JsonFormatter):
    """One object a line, with times as collectors read them: ISO 8601, in UTC, to a millisecond."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # logging's name
        """Return the time of *record*."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def add_context(record: logging.LogRecord) -> bool:
    """Let the formats name the request, and who makes it."""
    record.request_id, record.user_id = request_id.get(), user_id.get()
    return True


def cut_query(record: logging.LogRecord) -> bool:
    """Cut the query off each path: it may hold an access token, a signature, a code."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            value.partition("?")[0] if isinstance(value, str) and value[:1] == "/" else value
            for value in record.args
        )
    return True


def configure_logging(log_format: Literal["text", "json"]) -> None:
    """Send the service's log lines, and the server's, to stderr in one format."""
    handler = logging.StreamHandler()
    handler.name = HANDLER
    handler.addFilter(add_context)
    handler.setFormatter(
        Json(FIELDS) if log_format == "json" else logging.Formatter(TEXT, "%H:%M:%S")
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if each.name != HANDLER] + [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error"):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True
        server.addFilter(cut_query)
    # Its line for each request holds the whole URL, and some URLs are signed.
    logging.getLogger("httpx").setLevel(logging.WARNING)
