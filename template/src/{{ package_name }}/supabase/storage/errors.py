"""What the Storage API says no with, and what each no means to a client.

Pure. Nearly every refusal is HTTP 400 and has its real status in the body, as text; what is said
without such a body comes from the gateway before it.
"""

import logging

import httpx
from storage3.exceptions import StorageApiError

from ..http.errors import (
    Conflict,
    Invalid,
    Misconfigured,
    NotFound,
    Problem,
    Refused,
    TooLarge,
    Unauthorized,
    Unavailable,
)

LONGEST = 200
"""Characters of a server's words that go into the log."""

GATEWAY = frozenset({"502", "503", "504"})
"""Statuses of a gateway that did not reach Storage."""

OF_A_GRANT = ("policy", "permission denied", "Access denied")
"""Words of a 403 that is about what was asked for; every other one is about the token."""

LOST = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
"""How a connection that has gone shows; a server that is silent is given one time-out only."""

log = logging.getLogger(__name__)


class WrongType(Problem):
    """The bucket does not take files of this kind."""

    status, type, title = 415, "urn:problem:wrong-type", "Type not allowed"
    detail = "Files of this type are not accepted."


class OutOfRange(Problem):
    """The file has no such part."""

    status, type, title = 416, "urn:problem:out-of-range", "Range not satisfiable"
    detail = "The file is shorter than the part that was asked for."


class StorageMisconfigured(Misconfigured):
    """Storage does not know this service, or not what it asks for; an operator must help."""

    detail = "The service cannot use its file storage; the log tells its operators why."


def refusal(answer: httpx.Response) -> StorageApiError:
    """Read an *answer* that is no success, which must have been received whole."""
    try:
        said = answer.json()
        return StorageApiError(said["message"], said["error"], said["statusCode"])
    except (KeyError, TypeError, ValueError):
        return StorageApiError(answer.text[:LONGEST], "InternalError", answer.status_code)


def is_passing(error: Exception) -> bool:
    """Tell whether the same call may succeed at once; one that said it is busy is not pressed."""
    if isinstance(error, StorageApiError):
        return str(error.status) in GATEWAY and error.code == "InternalError"
    return isinstance(error, LOST)


def problem_of_storage(error: Exception) -> Problem | None:
    """Tell what an *error* of Storage means to a client; None when it is a fault of ours."""
    if isinstance(error, httpx.PoolTimeout):
        return Unavailable("Too many files are under way; try again.")
    if isinstance(error, httpx.TransportError):
        return Unavailable("The file storage does not answer; try again.")
    if not isinstance(error, StorageApiError):
        return None
    status, code, message = str(error.status), str(error.code), str(error.message)
    remedy = _remedy(status, code, message)
    if remedy:
        return StorageMisconfigured(remedy)
    if status == "403" and not any(words in message for words in OF_A_GRANT):
        # The token was good when we looked at it; Storage's clock is another one.
        return Unauthorized("Storage does not take this access token; sign in again.")
    meaning = BY_CODE.get(code) or BY_STATUS.get(status)
    if meaning is None and (status.startswith("5") or not status.isdecimal()):
        meaning = Unavailable
    return meaning() if meaning else None


def _remedy(status: str, code: str, message: str) -> str:
    """Tell what an operator can do about it; nothing when it is not for an operator."""
    if "Bucket not found" in (code, message):
        # Also what the routes that know no caller say to a refused one; we use none of those.
        return "the bucket is missing: run `migrate`, or set STORAGE_BUCKET to one that is there"
    if message.startswith("Route ") or "not available for your tenant" in message:
        return "the Storage API is too old, it has no list-v2: update or restart the project"
    if code == "InternalError" and status in {"401", "403"}:
        return "the gateway does not take the API key: set SUPABASE_PUBLISHABLE_KEY"
    if code == "InternalError" and status == "404":
        return "there is no Storage API at SUPABASE_URL"
    return ""


BY_CODE: dict[str, type[Problem]] = {
    "InvalidJWT": Unauthorized,
    "InvalidRange": OutOfRange,
    "ResourceLocked": Unavailable,  # somebody else writes the same file at this moment
    "SlowDown": Unavailable,
}
BY_STATUS: dict[str, type[Problem]] = {
    "400": Invalid,
    "401": Unauthorized,
    "403": Refused,
    "404": NotFound,
    "409": Conflict,
    "413": TooLarge,
    "415": WrongType,
    "416": OutOfRange,
    "423": Unavailable,
    "429": Unavailable,
}


def report(error: Exception) -> Problem | None:
    """Return what *error* means, and write into the log what the client is not told."""
    problem = problem_of_storage(error)
    if isinstance(problem, Misconfigured):
        log.error("%s", problem.remedy)
    elif isinstance(problem, Unavailable):
        log.warning("answered 503: %.*s", LONGEST, repr(error))
    return problem
