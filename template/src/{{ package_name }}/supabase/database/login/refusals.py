"""What it means when a database or a pooler refuses a connection, or its first BEGIN. Pure.

Poolers tell their reason in the text of the error: Supavisor by a code in parentheses, PgBouncer in
words; a database by its SQLSTATE; a network by its errno. One table holds them all.

Supavisor counts failed logins by the client's address, whoever they are of: at ten in 150 s it
takes nobody for two minutes, and at five unknown roles nobody of the project. So how long a
refusal keeps the whole process from another login is a column of the table.
"""

import errno
import socket
from collections.abc import Generator
from dataclasses import dataclass

from ...http.errors import Misconfigured, Unavailable
from . import handshake

NOT_COUNTED = (0,)
"""Whether it is over is known only by trying, which locks nobody out."""
WRONG = (60, 300)
"""The settings are wrong: of four processes that start with it, eight tries fall into 150 s."""
UNKNOWN_ROLE = (300,)
"""The same, where five tries lock out the whole project."""
COUNTED_OUTAGE = (3, 75)
"""An outage that the pooler counts as failed logins all the same: 13 lock everybody out."""
LOCKED_OUT = (60,)
"""Everybody is locked out already, for two minutes; being told so again is not counted."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no connection could be made: a fault of the settings, or of the moment."""

    remedy: str
    """What happened and what an operator may do, for the log."""
    holds: tuple[float, ...] = NOT_COUNTED
    """Seconds without another login after the first such refusal in a row, the second, and so on;
    the last one counts for all that follow."""
    is_mistake: bool = True
    """Whether an operator must change a setting, or it may pass by itself."""

    def problem(self) -> Unavailable:
        """Return what requests are told of it."""
        if self.is_mistake:
            return Misconfigured(self.remedy)
        return Unavailable(retry_after=max(1, round(self.holds[0])))


def passing(remedy: str, holds: tuple[float, ...] = NOT_COUNTED) -> Refusal:
    """Return a refusal that nobody has to change a setting for."""
    return Refusal(remedy, holds, is_mistake=False)


# Supavisor's texts are those of lib/supavisor/errors/ and of runs of 2.9.7 and 2.9.10; what is
# more special comes first.
BY_TEXT = {
    "(ENOTFOUND)": Refusal(
        "this pooler does not know the project; Dashboard: Connect has the right host", WRONG
    ),
    "(ENOIDENTIFIER)": Refusal(
        "the user lacks the project; a shared pooler wants <role>.<project ref>", WRONG
    ),
    "connection to database not available": passing(
        "the pooler cannot ask the database who may log in: is the project paused or restarting?",
        COUNTED_OUTAGE,
    ),
    "failed to retrieve database credentials": passing(
        "the pooler cannot read the project's credentials: an outage of the pooler",
        COUNTED_OUTAGE,
    ),
    "authentication query failed": passing(
        "the pooler cannot ask the database who may log in: is the project paused or restarting?",
        COUNTED_OUTAGE,
    ),
    "(EAUTHQUERY)": Refusal(
        "the database has no such role, or one that may not log in", UNKNOWN_ROLE
    ),
    "(ESSLREQUIRED)": Refusal(
        "the project takes encrypted connections only; drop sslmode=disable", WRONG
    ),
    "(EADDRNOTALLOWED)": Refusal(
        "the project's network restrictions do not allow this address;"
        " Dashboard: Project Settings > Database > Network Restrictions",
        WRONG,
    ),
    "(ECIRCUITBREAKER)": Refusal(
        "too many logins from this address failed; correct the password, here and wherever else"
        " it is used, then wait two minutes",
        LOCKED_OUT,
    ),
    "(EMAXCONNSESSION)": passing(
        "the pooler has no session left: use transaction mode (port 6543), lower"
        " DATABASE_POOL_SIZE, or raise the pool size; Dashboard: Project Settings > Database"
    ),
    "(EMAXCONN)": passing(
        "the pooler has as many clients as it takes: lower DATABASE_POOL_SIZE and"
        " DATABASE_MAX_OVERFLOW, or run fewer processes"
    ),
    "(EMAXPOOLSREACHED)": passing(
        "the pooler has as many pools as it takes: log in with fewer roles and databases"
    ),
    "(ESTARTUPMESSAGE)": Refusal("the pooler cannot read the login: is a part of it empty?"),
    "Failed to connect to database": passing(
        "the pooler does not reach the database: is the project paused or restarting?"
    ),
    "Tenant or user not found": Refusal(
        "this pooler does not know the project; Dashboard: Connect has the right host", WRONG
    ),
    "server login has been failing": passing(
        "the pooler does not reach the database: is it down, or its password changed?"
    ),
    "server_login_retry": passing(
        "the pooler does not reach the database: is it down, or its password changed?"
    ),
    "no more connections allowed": passing(
        "the pooler has as many clients as it takes: lower DATABASE_POOL_SIZE and"
        " DATABASE_MAX_OVERFLOW, or run fewer processes"
    ),
    "no encryption": Refusal(
        "the database takes encrypted connections only; drop sslmode=disable", WRONG
    ),
    "SSL required": Refusal(
        "the pooler takes encrypted connections only; drop sslmode=disable", WRONG
    ),
    "no such user": Refusal("the pooler does not know the user", WRONG),
    "no such database": Refusal("the pooler does not know the database", WRONG),
    "authentication failed": Refusal("the user or the password is wrong", WRONG),
}
BY_SQLSTATE = {
    "28000": Refusal("the role may not log in from here", WRONG),
    "28P01": Refusal("the user or the password is wrong", WRONG),
    "3D000": Refusal("there is no such database", WRONG),
    "53300": passing(
        "the database has as many connections as it takes: lower DATABASE_POOL_SIZE, run fewer"
        " processes, or use the pooler in transaction mode"
    ),
    "57P03": passing("the database is starting up, shutting down or recovering"),
}
NO_ADDRESS = Refusal(
    "{host} was not found: is it spelt as in Dashboard: Connect? A direct host may have an IPv6"
    " address only, which this network does not look for; the pooler's hosts have IPv4"
)
BY_ERRNO = {
    errno.ECONNREFUSED: passing(
        "nothing listens at {host}:{port}: is it down, or is that not its port?"
    ),
    errno.ENETUNREACH: passing(
        "this network has no way to {host}: a direct host may have an IPv6 address only; the"
        " pooler's hosts have IPv4"
    ),
    errno.EHOSTUNREACH: passing("{host} is not reached from this network"),
    errno.ECONNRESET: passing("{host}:{port} closed the connection: is it a Postgres?"),
}
SILENT = passing(
    "{host}:{port} does not answer: a firewall on the way, or a project that is paused"
)
UNKNOWN = passing("the database is away: {error}")

AT_BEGIN = {
    "22023": "the database lacks the role that the transaction acts as",
    "42501": "the login may not become that role: grant anon, authenticated, service_role to it",
}


def causes_of(error: BaseException) -> Generator[BaseException]:
    """Yield *error* and what it was raised from: drivers wrap a server's errors in theirs."""
    yield error
    while error.__cause__ is not None:
        error = error.__cause__
        yield error


def words_of(error: BaseException) -> str:
    """Return the server's own words, with those of the drivers around them."""
    return " ".join(str(each) or type(each).__name__ for each in causes_of(error))


def refusal_of(error: BaseException, host: str = "the host", port: int = 5432) -> Refusal:
    """Tell why a connection to *host* and *port* could not be made."""
    # A time-out is raised from the cancellation that it made, which says nothing.
    causes = [each for each in causes_of(error) if isinstance(each, Exception)]
    if reason := next(filter(None, map(handshake.explain, causes)), None):
        return Refusal(reason)
    root = causes[-1]
    found = _found(root, words_of(error))
    sentence = found.remedy.format(host=host, port=port, error=str(root) or repr(root))
    return Refusal(sentence, found.holds, found.is_mistake)


def _found(error: BaseException, words: str) -> Refusal:
    sqlstate = str(getattr(error, "sqlstate", None) or "")
    said = (refusal for text, refusal in BY_TEXT.items() if text in words)
    # Of a name with several addresses the errors come in one, as text.
    numbers = (number for number in BY_ERRNO if f"[Errno {number}]" in words)
    return (
        _by_kind(error)
        or next(said, None)
        or BY_SQLSTATE.get(sqlstate)
        or BY_ERRNO.get(getattr(error, "errno", None) or next(numbers, 0))
        or UNKNOWN
    )


def _by_kind(error: BaseException) -> Refusal | None:
    match error:
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return passing(NO_ADDRESS.remedy)
        case socket.gaierror():
            return NO_ADDRESS
        case TimeoutError():
            return SILENT
        case _:
            return None


def refusal_at_begin(error: BaseException) -> Misconfigured | None:
    """Tell why no transaction may act for somebody: a fault of the login, never of the caller."""
    remedy = AT_BEGIN.get(getattr(error, "sqlstate", None) or "")
    return Misconfigured(f"{words_of(error)}: {remedy}") if remedy else None
