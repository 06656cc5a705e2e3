"""Whether the database takes writes, and how long a statement may take. Pure."""

from .facts import Facts
from .line import Line, fail, ok, warn

SHORT = 1000
"""Milliseconds that ordinary statements exceed now and then."""


def check_session(facts: Facts) -> Line:
    """Read what a new session of the login begins with."""
    if facts.is_replica:
        return fail(
            "this database is a replica, which takes no writes",
            "use the primary's address; Dashboard: Connect",
        )
    if facts.is_read_only:
        return fail(
            "the database is read-only: its disk may be full",
            "free or add disk space, then end the read-only mode; Dashboard: Project Settings >"
            f" Database\nor, if somebody set it: alter role {facts.login} reset"
            " default_transaction_read_only;",
        )
    if 0 < facts.statement_timeout < SHORT:
        return warn(
            f"a session of {facts.login} begins with a statement_timeout of"
            f" {facts.statement_timeout} ms",
            f"alter role {facts.login} reset statement_timeout;  (SQL editor)",
        )
    return ok("takes writes")
