"""What it means when a database or a pooler refuses a connection, or its first BEGIN. Pure.

Poolers tell their reason in the text of the error: Supavisor by a code in parentheses, PgBouncer in
words; a database by its SQLSTATE.
"""

import socket
import ssl

from .errors import Misconfigured, Unavailable

BY_SQLSTATE = {
    "28000": "the role may not log in from here",
    "28P01": "the user or the password is wrong",
    "3D000": "there is no such database",
}
AT_BEGIN = {
    "22023": "the database lacks the role that the transaction acts as",
    "42501": "the login may not become that role: grant anon, authenticated, service_role to it",
}
BY_TEXT = {
    "(ENOTFOUND)": "this pooler does not know the project; Dashboard: Connect has the right host",
    "(ENOIDENTIFIER)": "the user lacks the project; a shared pooler wants <role>.<project ref>",
    "(EAUTHQUERY)": "the database has no such role, or one that may not log in",
    "(ESSLREQUIRED)": "the project takes encrypted connections only; drop sslmode=disable",
    "(EADDRNOTALLOWED)": "the project's network restrictions do not allow this address",
    "(ECIRCUITBREAKER)": "too many wrong logins; correct the password, then wait two minutes",
    "Tenant or user not found": "this pooler does not know the project",
    "authentication failed": "the user or the password is wrong",
    "no such user": "the pooler does not know the user",
    "no such database": "the pooler does not know the database",
}


def words_of(error: BaseException) -> str:
    """Return the server's own words, which drivers wrap in theirs, cause by cause."""
    words = [str(error) or type(error).__name__]
    while error.__cause__ is not None:
        error = error.__cause__
        words.append(str(error))
    return " ".join(words)


def refusal_of(error: BaseException) -> Unavailable:
    """Tell why a connection could not be made: a fault of the settings, or of the moment."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Misconfigured("the server's certificate is not signed by DATABASE_SSL_ROOT_CERT's")
    if isinstance(error, socket.gaierror):
        return Misconfigured("the host has no address here; a direct one may have IPv6 only")
    sqlstate = getattr(error, "sqlstate", None)
    if sqlstate in BY_SQLSTATE:
        return Misconfigured(BY_SQLSTATE[sqlstate])
    words = words_of(error)
    for text, remedy in BY_TEXT.items():
        if text in words:
            return Misconfigured(remedy)
    return Unavailable()


def refusal_at_begin(error: BaseException) -> Misconfigured | None:
    """Tell why no transaction may act for somebody: a fault of the login, never of the caller."""
    remedy = AT_BEGIN.get(getattr(error, "sqlstate", None) or "")
    return Misconfigured(f"{words_of(error)}: {remedy}") if remedy else None
