"""Whether the service can log in, with what it is told if it cannot, told apart.

Poolers lock everybody out after ten wrong logins in 150 s, and so does nobody here: the doctor logs
in once, and at most three times more, each at another host.
"""

from dataclasses import replace
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ...supabase.database.address import SHARED_POOLER, Address
from ...supabase.database.login.refusals import causes_of, refusal_of, words_of
from ..connect import dialling
from ..migrations.policies.declared import LOGIN
from ..unmigrated import WITHOUT_LOGIN
from . import password
from .api import PAUSED, paused
from .env import address_line
from .facts import ask_facts
from .known import Known
from .line import Line, fail, ok
from .missing import is_missing
from .poolers import UNKNOWN, find
from .words import parted

MOST_LOGINS = 4
"""In all, and at one host never more than two."""

OUTAGE = (
    "connection to database not available",
    "failed to retrieve database credentials",
    "authentication query failed",
    "Failed to connect to database",
)
"""A pooler that does not reach its database."""

NO_ROLE = ("(EAUTHQUERY)", "no such user", "28000")


async def check_login(known: Known) -> Line:
    """Log in as the service does."""
    answer = await log_in(known, known.address)
    if isinstance(answer, AsyncConnection):
        known.connection = answer
        return await _ask(known)
    return await explain(known, answer)


async def _ask(known: Known) -> Line:
    try:
        known.facts = await ask_facts(known.session)
    except SQLAlchemyError as error:
        return fail(
            f"the login works, but not a query: {words_of(error).splitlines()[0]}",
            f"alter role {known.user.partition('.')[0]} reset all;  (SQL editor)",
        )
    return ok(f"as {known.user}, Postgres {known.facts.version // 10000}")


async def log_in(known: Known, address: Address) -> AsyncConnection | Exception:
    """Return a connection, or why there is none; each call is one login.

    Raises:
        RuntimeError: it would be one more than may be.
    """
    if known.logins >= MOST_LOGINS:
        raise RuntimeError(f"more than {MOST_LOGINS} logins")
    known.logins += 1
    engine = dialling(address, known.database.database_ssl_root_cert)
    try:
        return await known.stack.enter_async_context(engine.connect())
    except (OSError, SQLAlchemyError) as error:
        return error


async def explain(known: Known, error: Exception) -> Line:
    """Tell why a login failed, and what mends it."""
    words = f"{words_of(error)} {sqlstate_of(error)}"
    if any(each in words for each in OUTAGE) and (await known.api).status == PAUSED:
        return paused(known.host)
    if any(text in words for text in UNKNOWN):
        return await _elsewhere(known)
    if "57014" in words:
        return _too_hasty(known)
    return await explain_refusal(known, error, words)


async def explain_refusal(known: Known, error: Exception, words: str) -> Line:
    """Tell the same of a pooler that knows the project."""
    if "28P01" in words or "authentication failed" in words:
        return await _wrong_password(known)
    if "3D000" in words or "no such database" in words:
        mended = replace(known.address, url=known.address.url.set(database="postgres"))
        return fail(
            f"there is no database {known.address.url.database}",
            address_line(known.database, mended),
        )
    if any(each in words for each in NO_ROLE) and not any(each in words for each in OUTAGE):
        return _no_role(known, words)
    return fail(*parted(refusal_of(error, known.host, known.port).remedy))


async def _elsewhere(known: Known) -> Line:
    """The pooler does not know the project: another one of the region may."""
    if not known.host.endswith(SHARED_POOLER):
        return fail(
            f"the pooler at {known.host} does not know {known.user}",
            "correct host and user in DATABASE_URL",
        )
    found = await find(known, partial(log_in, known), MOST_LOGINS)
    if found is None:
        return await _nowhere(known)
    line = address_line(known.database, found.address)
    says = f"{known.host} does not know the project, {found.address.url.host} does"
    if isinstance(found.answer, Exception):
        words = f"{words_of(found.answer)} {sqlstate_of(found.answer)}"
        there = replace(known, address=found.address)
        also = await explain_refusal(there, found.answer, words)
        return fail(f"{says}; there, {also.says}", f"{line}\n{also.remedy}")
    return fail(says, line)


async def _nowhere(known: Known) -> Line:
    ref, answer = known.address.project, await known.api
    if answer.status == PAUSED:
        return paused(known.host)
    if not answer.is_known_host:
        return fail(
            f"no pooler of the region knows the project {ref}, and {answer.url.split('/')[2]} is no"
            " host: the project id is wrong, or the project was removed",
            "correct the project id; Dashboard: Project Settings > General",
        )
    return fail(
        f"no pooler of the region of {known.host} knows the project {ref}: region or project id"
        " is wrong, or the project is paused",
        "copy the address anew; Dashboard: Connect. Its host goes into DATABASE_URL or"
        " DATABASE_POOLER_HOST, the region into SUPABASE_REGION",
    )


async def _wrong_password(known: Known) -> Line:
    role = known.user.partition(".")[0]
    if role == LOGIN and await is_missing(known, partial(log_in, known), MOST_LOGINS):
        return fail(WITHOUT_LOGIN, f"run `{known.migrate}`")
    hints = password.hints(known.database)
    if known.host.endswith(SHARED_POOLER) and role != "postgres":
        return await _own_role(known, role, hints)
    remedy = (
        "write the right one into DATABASE_URL or DATABASE_PASSWORD; Dashboard: Project Settings >"
        " Database > Reset database password"
        if role == "postgres"
        else _new_password(known, role)
    )
    return fail(f"the password of {known.user} is wrong", "\n".join([*hints, remedy]))


def _new_password(known: Known, role: str) -> str:
    made = f"\nif there is no such role yet, `{known.migrate}` makes it" if role == LOGIN else ""
    return f"alter role {role} password '...';  (SQL editor), and the same into DATABASE_URL{made}"


async def _own_role(known: Known, role: str, hints: list[str]) -> Line:
    """The shared pooler is reported to refuse roles that the database itself lets in."""
    direct = Address(
        known.address.url.set(
            host=f"db.{known.address.project}.supabase.co", port=5432, username=role
        ),
        "direct",
        known.address.sslmode,
    )
    tried = await log_in(known, direct)
    if isinstance(tried, AsyncConnection):
        return fail(
            f"the pooler refuses {role}, which the database itself lets in with this password",
            f"use the direct address: {address_line(known.database, direct)}\n"
            "or log in as postgres, which is as safe here (docs/connect.md)",
        )
    new = _new_password(known, role)
    if "28P01" in f"{words_of(tried)} {sqlstate_of(tried)}":
        return fail(f"the password of {role} is wrong", "\n".join([*hints, new]))
    return fail(
        f"the pooler refuses {known.user}: the password is wrong, or it is one of the own roles"
        " that the shared pooler refuses although the database lets them in",
        "\n".join([*hints, new, "if that does not help, log in as postgres (docs/connect.md)"]),
    )


def _no_role(known: Known, words: str) -> Line:
    role = known.user.partition(".")[0]
    if "no encryption" in words:
        return fail(
            "the database takes encrypted connections only",
            "remove ?sslmode=disable from DATABASE_URL",
        )
    if "unsupported or invalid secret format" in words or "not permitted to log in" in words:
        return fail(
            f"the role {role} may not log in, or has no password",
            f"alter role {role} login password '...';  (SQL editor)",
        )
    return fail(
        f"the database has no role {role}, or does not let it in from here",
        f"correct the user in DATABASE_URL; `{known.migrate}` makes {LOGIN}",
    )


def _too_hasty(known: Known) -> Line:
    role = known.user.partition(".")[0]
    return fail(
        f"a statement_timeout of {role} or of the database is so short that nothing runs",
        f"alter role {role} reset statement_timeout;  (SQL editor)",
    )


def sqlstate_of(error: Exception) -> str:
    """Return the code that a server gave, if it gave one."""
    codes = (getattr(each, "sqlstate", None) for each in causes_of(error))
    return next((str(code) for code in codes if code), "")
