"""What a request can end in besides its result, and which database error means which of these.

Pure. Problem
├── Unauthorized 401  no access token, or one that proves nothing
├── Refused      403  row level security or a grant refused it
├── NotFound     404  not there, or not visible to the caller
├── Conflict     409  it contradicts what is stored
├── TooLarge     413  the body is over the limit
├── Invalid      422  the input makes no sense
└── Unavailable  503  the database cannot serve it now; later it may
    └── Misconfigured 503  it never will until an operator changes a setting
"""

from typing import ClassVar

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError


class Problem(Exception):
    """An answer other than success: raise it anywhere in a request.

    *detail* is for the client: it never holds a database message, SQL or a secret.
    """

    status: ClassVar[int] = 500
    type: ClassVar[str] = "urn:problem:internal-error"
    title: ClassVar[str] = "Internal error"
    detail: str = "Something went wrong on our side; the log has the request id."

    def __init__(self, detail: str | None = None, headers: dict[str, str] | None = None) -> None:
        self.detail = detail or self.detail
        self.headers = headers or {}
        super().__init__(self.detail)


class Unauthorized(Problem):
    """No access token, or one that proves nothing; with a *detail* when there was one."""

    status, type, title = 401, "urn:problem:unauthorized", "Not signed in"
    detail = "This needs an access token, sent as `Authorization: Bearer <token>`."

    def __init__(self, detail: str | None = None) -> None:
        # https://www.rfc-editor.org/rfc/rfc6750#section-3: no error when nothing was sent.
        challenge = 'Bearer error="invalid_token"' if detail else "Bearer"
        super().__init__(detail, {"WWW-Authenticate": challenge})


class Refused(Problem):
    """Row level security or a grant refused it."""

    status, type, title = 403, "urn:problem:refused", "Not allowed"
    detail = "You may not do this."


class NotFound(Problem):
    """Not there, or not visible to the caller: the answer does not tell which."""

    status, type, title = 404, "urn:problem:not-found", "Not found"
    detail = "There is no such thing, or you may not see it."


class Conflict(Problem):
    """It contradicts what is stored, such as a second row of a unique value."""

    status, type, title = 409, "urn:problem:conflict", "Conflict"
    detail = "This contradicts what is already stored."


class TooLarge(Problem):
    """The body is over MAX_REQUEST_BYTES."""

    status, type, title = 413, "urn:problem:too-large", "Body too large"
    detail = "The body of the request is over the limit."


class Invalid(Problem):
    """The input makes no sense, to us or to the database."""

    status, type, title = 422, "urn:problem:invalid", "Invalid input"
    detail = "A value of the request cannot be stored."


class Unavailable(Problem):
    """The database, or the way to it, cannot serve this now. The same request may succeed later."""

    status, type, title = 503, "urn:problem:unavailable", "Temporarily unavailable"
    detail = "The service is busy or its database is away; try again."

    def __init__(self, detail: str | None = None, retry_after: int = 1) -> None:
        super().__init__(detail, {"Retry-After": str(retry_after)})


class Misconfigured(Unavailable):
    """The service cannot log in to its database; trying again does not help, an operator must.

    *remedy* is for the log; the client learns that it is not its fault.
    """

    detail = "The service cannot log in to its database; the log tells its operators why."

    def __init__(self, remedy: str) -> None:
        super().__init__(retry_after=60)
        self.remedy = remedy


# https://www.postgresql.org/docs/current/errcodes-appendix.html
BY_SQLSTATE: dict[str, type[Problem]] = {
    "23502": Invalid,  # not_null_violation
    "23503": Conflict,  # foreign_key_violation
    "23505": Conflict,  # unique_violation
    "23514": Invalid,  # check_violation
    "23P01": Conflict,  # exclusion_violation
    "25006": Unavailable,  # read_only_sql_transaction: a replica, or a project over its disk quota
    "40001": Unavailable,  # serialization_failure
    "40P01": Unavailable,  # deadlock_detected
    "42501": Refused,  # insufficient_privilege
    "55P03": Unavailable,  # lock_not_available
    "57014": Unavailable,  # query_canceled: the statement timeout
    "P0001": Conflict,  # raise_exception: a trigger or function of yours said no
}
BY_CLASS: dict[str, type[Problem]] = {
    "08": Unavailable,  # connection exceptions
    "22": Invalid,  # data exceptions
    "53": Unavailable,  # insufficient resources, too many connections among them
    "57": Unavailable,  # operator intervention: shutting down, starting up
}
OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
"""A table changed since its statement was prepared; the next time it is prepared anew."""


def problem_of(error: Exception) -> Problem | None:
    """Tell what an *error* of the database means to a client; None when it is a fault of ours."""
    if isinstance(error, StaleDataError):
        return NotFound()  # deleted by somebody else since it was read
    if isinstance(error, PoolTimeout):
        return Unavailable("All connections are busy; try again.")
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Unavailable()
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    # The driver's own word for a connection that has gone; SQLAlchemy's is above.
    is_gone = isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError)
    if is_gone or isinstance(cause, OUTDATED):
        return Unavailable()
    if isinstance(cause, asyncpg.InterfaceError) and isinstance(cause, ValueError):
        return Invalid()  # the driver could not put a value into the column's type
    sqlstate = str(getattr(cause, "sqlstate", None) or "")
    meaning = BY_SQLSTATE.get(sqlstate) or BY_CLASS.get(sqlstate[:2])
    return meaning() if meaning else None
