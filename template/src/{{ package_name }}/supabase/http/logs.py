"""How the service logs: text for people or JSON for collectors, each line with its request's id."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

HANDLER = "service"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(user_id)s %(message)s"
TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the request that this task answers; `-` outside of any."""

user_id: ContextVar[str | None] = ContextVar("user_id", default=None)
"""Who makes it, once the access token is verified."""

Hide = Callable[[str], str]
"""What returns a text without the secrets of the settings, which a server may have said back."""


class Text(logging.Formatter):
    """A line, and what led to an error below it."""

    def __init__(self, hide: Hide) -> None:
        super().__init__(TEXT, "%H:%M:%S")
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of *record* without a secret."""
        return self._hide(super().format(record))


class Json(JsonFormatter):
    """One object a line, with times as collectors read them: ISO 8601, in UTC, to a millisecond."""

    def __init__(self, hide: Hide) -> None:
        super().__init__(FIELDS)  # pyright: ignore[reportUnknownMemberType]
        self._hide = hide

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return *log_data* without a secret."""
        return {
            name: self._hide(value) if isinstance(value, str) else value
            for name, value in super().process_log_record(log_data).items()
        }

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


def configure_logging(log_format: Literal["text", "json"], hide: Hide = str) -> None:
    """Send the service's log lines, and the server's, to stderr in one format.

    *hide* takes the secrets out of each text of them.
    """
    handler = logging.StreamHandler()
    handler.name = HANDLER
    handler.addFilter(add_context)
    handler.setFormatter(Json(hide) if log_format == "json" else Text(hide))
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
