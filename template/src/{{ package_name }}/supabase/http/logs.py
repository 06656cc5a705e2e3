"""How the service logs: text for people or JSON for collectors, each line with its request's id."""

import logging
from contextvars import ContextVar
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

HANDLER = "service"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"
TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the request that this task answers; `-` outside of any."""


def add_request_id(record: logging.LogRecord) -> bool:
    """Let the formats below name the request."""
    record.request_id = request_id.get()
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
    handler.addFilter(add_request_id)
    handler.setFormatter(
        JsonFormatter(FIELDS) if log_format == "json" else logging.Formatter(TEXT, "%H:%M:%S")
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if each.name != HANDLER] + [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True
        server.addFilter(cut_query)
    # Its line for each request holds the whole URL, and some URLs are signed.
    logging.getLogger("httpx").setLevel(logging.WARNING)
