"""What is answered to a request that never reaches the application."""

import logging
from collections.abc import Sequence
from contextvars import copy_context
from http import HTTPStatus
from secrets import token_hex

from ..errors import Problem
from ..logs import request_id
from ..problems import respond

log = logging.getLogger(__name__)


class Malformed(Problem):
    """What was sent is no HTTP."""

    status, type, title = 400, "urn:problem:malformed", "Not HTTP"
    detail = "The request cannot be read."


class TooSlow(Problem):
    """The rest of the request did not come in time."""

    status, type, title = 408, "urn:problem:too-slow", "Request too slow"
    detail = "The request did not arrive in time."


class TargetTooLong(Problem):
    """The path and query are over the limit."""

    status, type, title = 414, "urn:problem:target-too-long", "Address too long"
    detail = "The path and query of the request are over the limit."


class HeaderTooLarge(Problem):
    """The header fields, or the framing of the body, are over the limit."""

    status, type, title = 431, "urn:problem:header-too-large", "Header too large"
    detail = "The header fields of the request are over the limit."


def written(
    problem: Problem, client: tuple[str, int] | None, fields: Sequence[tuple[bytes, bytes]]
) -> bytes:
    """Put *problem* and the server's own *fields* into an answer, and log it under a new id."""
    return copy_context().run(_written, problem, client, fields)


def _written(
    problem: Problem, client: tuple[str, int] | None, fields: Sequence[tuple[bytes, bytes]]
) -> bytes:
    request_id.set(token_hex(8))
    host, port = client or ("", 0)
    told = {"status": problem.status, "client": host}
    log.info("%s:%d - refused with %d", host, port, problem.status, extra=told)
    answer = respond(problem)
    status = HTTPStatus(problem.status)
    own = (b"x-request-id", request_id.get().encode())
    lines = [
        f"HTTP/1.1 {status} {status.phrase}".encode(),
        *(b": ".join(field) for field in [*fields, *answer.raw_headers, own]),
        b"connection: close",
        b"",
        bytes(answer.body),
    ]
    return b"\r\n".join(lines)
