"""Each way in which a connection cannot be made is told for what it is, with what to do."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError
from tests.rendered.bench.refusals import REFUSALS

from my_supabase_service.supabase.database.login import refusals
from my_supabase_service.supabase.database.login.refusals import refusal_of

MISTAKE, PASSES = True, False


def said(text: str, sqlstate: str = "XX000") -> Exception:
    """Return what the driver raises for a refusal of a server."""
    return asyncpg.PostgresError.new({"M": text, "C": sqlstate})


def timed_out() -> Exception:
    """Return a time-out as asyncio makes it, from the cancellation of what took too long."""
    error = TimeoutError()
    error.__cause__ = asyncio.CancelledError()
    return error


ROWS: list[tuple[Exception, bool, str]] = [
    (said("(ENOTFOUND) tenant/user app.ref not found"), MISTAKE, "does not know the project"),
    (said("Tenant or user not found"), MISTAKE, "Connect has the right host"),
    (said("(ENOIDENTIFIER) no tenant identifier provided"), MISTAKE, "<role>.<project ref>"),
    (said("(EAUTHQUERY) user not found in the database"), MISTAKE, "no such role"),
    (said("(EAUTHQUERY) unsupported or invalid secret format"), MISTAKE, "may not log in"),
    (
        said("(EAUTHQUERY) authentication query failed: connection to database not available"),
        PASSES,
        "paused or restarting",
    ),
    (said("(EAUTHQUERY) authentication query failed: timeout"), PASSES, "paused or restarting"),
    (said("(EAUTHQUERY) connection to database not available"), PASSES, "paused or restarting"),
    (said("failed to retrieve database credentials"), PASSES, "outage of the pooler"),
    (
        said("(EAUTHQUERY) failed to retrieve database credentials"),
        PASSES,
        "outage of the pooler",
    ),
    (said('password authentication failed for user "app"', "28P01"), MISTAKE, "password is wrong"),
    (said("SASL authentication failed", "08P01"), MISTAKE, "password is wrong"),
    (said("no pg_hba.conf entry for host, SSL off", "28000"), MISTAKE, "may not log in from here"),
    (said("no pg_hba.conf entry, no encryption", "28000"), MISTAKE, "drop sslmode=disable"),
    (said('role "app" is not permitted to log in', "28000"), MISTAKE, "may not log in"),
    (said('database "x" does not exist', "3D000"), MISTAKE, "no such database"),
    (said("no such database: x", "08P01"), MISTAKE, "does not know the database"),
    (said("no such user", "08P01"), MISTAKE, "does not know the user"),
    (said("(ESSLREQUIRED) SSL connection is required"), MISTAKE, "drop sslmode=disable"),
    (said("SSL required", "08P01"), MISTAKE, "drop sslmode=disable"),
    (said("(EADDRNOTALLOWED) address not in tenant allow_list"), MISTAKE, "Network Restrictions"),
    (said("(ECIRCUITBREAKER) too many authentication failures"), MISTAKE, "wait two minutes"),
    (said("(EMAXCONN) max client connections reached"), PASSES, "lower DATABASE_POOL_SIZE"),
    (said("(EMAXCONNSESSION) max clients reached"), PASSES, "use transaction mode"),
    (said("(EMAXPOOLSREACHED) max pools count reached"), PASSES, "fewer roles"),
    (said("no more connections allowed (max_client_conn)", "08P01"), PASSES, "lower DATABASE_POOL"),
    (said("sorry, too many clients already", "53300"), PASSES, "lower DATABASE_POOL_SIZE"),
    (said("remaining connection slots are reserved", "53300"), PASSES, "lower DATABASE_POOL_SIZE"),
    (said("the database system is starting up", "57P03"), PASSES, "starting up"),
    (said("the database system is shutting down", "57P03"), PASSES, "shutting down"),
    (said("server login has been failing, try again later", "08P01"), PASSES, "does not reach"),
    (
        said("Failed to connect to database: {:error, :econnrefused}", "08006"),
        PASSES,
        "does not reach the database",
    ),
    (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), PASSES, "nothing listens at h:1"),
    (
        OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 111] and again"),
        PASSES,
        "nothing listens at h:1",
    ),
    (OSError(errno.ENETUNREACH, "unreachable"), PASSES, "IPv6"),
    (OSError(errno.EHOSTUNREACH, "no route"), PASSES, "h is not reached"),
    (ConnectionResetError(errno.ECONNRESET, "reset"), PASSES, "h:1 closed the connection"),
    (ConnectionError('PostgreSQL server at "h:1" rejected SSL upgrade'), MISTAKE, "=disable"),
    (socket.gaierror(socket.EAI_NONAME, "unknown"), MISTAKE, "h was not found"),
    (socket.gaierror(socket.EAI_NODATA, "no address"), MISTAKE, "h was not found"),
    (socket.gaierror(socket.EAI_AGAIN, "try again"), PASSES, "h was not found"),
    (TimeoutError(), PASSES, "h:1 does not answer"),
    (timed_out(), PASSES, "h:1 does not answer"),
    (said("something of a later version"), PASSES, "something of a later version"),
]


def bare(error: Exception) -> Exception:
    return error


def as_the_engine_wraps_it(error: Exception) -> Exception:
    outer = DBAPIError("select 1", {}, error)
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize("wrap", [bare, as_the_engine_wraps_it])
@pytest.mark.parametrize(("error", "is_mistake", "remedy"), ROWS, ids=lambda row: str(row)[:60])
def test_it_is_told_for_what_it_is(
    error: Exception, is_mistake: bool, remedy: str, wrap: Callable[[Exception], Exception]
) -> None:
    """A mistake is told to come again in a minute, since nobody mends it sooner."""
    refusal = refusal_of(wrap(error), "h", 1)

    assert remedy in refusal.remedy
    assert refusal.is_mistake is is_mistake
    retry_after = int(refusal.problem().headers["Retry-After"])
    assert retry_after == 60 if is_mistake else retry_after < 5


def test_every_row_of_the_table_is_tried() -> None:
    told = {refusal_of(error, "h", 1).remedy for error, *_ in ROWS}
    told |= {refusal_of(said(*refusal)).remedy for refusal in REFUSALS.values()}
    tables = (refusals.BY_TEXT, refusals.BY_SQLSTATE, refusals.BY_ERRNO)

    remedies = {
        row.remedy.format(host="h", port=1, error="") for table in tables for row in table.values()
    }
    assert remedies <= told


class TestAtTheRealThing:
    """Ways that need no pooler to play them."""

    @pytest.fixture
    def settings(self, request: pytest.FixtureRequest, settings: Any, database_url: str) -> Any:
        old, new = request.param
        assert old in database_url
        return settings.model_copy(
            update={"database_url": SecretStr(database_url.replace(old, new))}
        )

    @pytest.mark.parametrize(
        ("settings", "remedy"),
        [
            (("service_login:", "service_login:x"), "the user or the password is wrong"),
            (("service_login:", "nobody:"), "the user or the password is wrong"),
            (("/test_", "/no_test_"), "there is no such database"),
            (("127.0.0.1", "no-such-host.invalid"), "no-such-host.invalid was not found"),
            (("sslmode=disable", "sslmode=require"), "the server takes no TLS"),
        ],
        indirect=["settings"],
    )
    async def test_the_log_says_what_to_do_and_the_answer_does_not(
        self, alice: AsyncClient, caplog: pytest.LogCaptureFixture, remedy: str
    ) -> None:
        answer = await alice.get("/memos")

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert remedy in caplog.text
        assert remedy not in answer.text
