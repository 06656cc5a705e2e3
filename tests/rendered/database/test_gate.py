"""Logins lock nobody out: one at a time until one succeeds, and few after a refused one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url
from tests.rendered.bench.supavisor import Supavisor, supavisor

from my_supabase_service.supabase.database.address import Address
from my_supabase_service.supabase.database.login.gate import LoginGate
from my_supabase_service.supabase.http.errors import Misconfigured, Unavailable

WINDOW = 150
"""Seconds in which ten failed logins of one address lock it out."""

FASTER = 60
"""How much faster the clock of a process runs that is started here."""


@pytest.fixture
async def pooler(database_url: str) -> AsyncGenerator[Supavisor]:
    async with supavisor(database_url, pool_size=20) as pooler:
        yield pooler


@pytest.fixture
def settings(settings: Any, pooler: Supavisor) -> Any:
    changes = {
        "database_url": SecretStr(pooler.url),
        "database_pooling_mode": "transaction",
        "database_pool_timeout": 2.0,
    }
    return settings.model_copy(update=changes)


class Clock:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(pooler: Supavisor, clock: Clock) -> LoginGate:
    return LoginGate(Address(make_url(pooler.url), "transaction"), clock)


async def connect(gate: LoginGate, pooler: Supavisor) -> str:
    """Log in and out; return how it went."""
    try:
        connection = await gate.connect(pooler.url, statement_cache_size=0)
    except Unavailable as problem:
        return type(problem).__name__
    await connection.close()
    return "in"


async def all_at_once(gate: LoginGate, pooler: Supavisor, number: int = 64) -> Counter[str]:
    return Counter(await asyncio.gather(*(connect(gate, pooler) for _ in range(number))))


async def test_until_one_has_succeeded_one_is_tried_and_all_share_its_answer(
    gate: LoginGate, pooler: Supavisor
) -> None:
    pooler.refuse = "password"

    assert await all_at_once(gate, pooler) == {"Misconfigured": 64}
    assert pooler.logins == 1


async def test_once_it_succeeds_everybody_is_let_in(gate: LoginGate, pooler: Supavisor) -> None:
    assert await all_at_once(gate, pooler) == {"in": 64}
    assert pooler.logins == 64


async def test_a_changed_password_costs_one_login(gate: LoginGate, pooler: Supavisor) -> None:
    """Also when many connections were open, and all of them have to be made anew."""
    await all_at_once(gate, pooler)
    pooler.refuse, pooler.logins = "password", 0

    for _ in range(5):
        assert await all_at_once(gate, pooler) == {"Misconfigured": 64}
    assert pooler.logins == 1


async def test_whoever_is_given_up_is_no_answer_for_the_others(
    gate: LoginGate, pooler: Supavisor
) -> None:
    trying = [asyncio.create_task(connect(gate, pooler)) for _ in range(5)]
    await asyncio.sleep(0)
    trying[0].cancel()

    done = await asyncio.gather(*trying, return_exceptions=True)

    assert isinstance(done[0], asyncio.CancelledError)
    assert done[1:] == ["in"] * 4


@pytest.mark.parametrize(
    ("refusal", "most"),
    [
        *((name, 2) for name in ("password", "database", "ENOTFOUND", "ESSLREQUIRED")),
        ("EADDRNOTALLOWED", 2),
        ("ENOIDENTIFIER", 2),
        ("EAUTHQUERY", 1),
        ("EAUTHQUERY nologin", 1),
        ("EAUTHQUERY outage", 3),
        ("credentials", 3),
    ],
)
async def test_a_process_that_never_stops_trying_stays_below_the_breaker(
    gate: LoginGate, pooler: Supavisor, clock: Clock, refusal: str, most: int
) -> None:
    """Four of them too: ten wrong passwords lock out, five unknown roles, 13 outages."""
    pooler.refuse = refusal
    tried: list[float] = []
    for _ in range(1500):
        before = pooler.logins
        assert await connect(gate, pooler) in ("Misconfigured", "Unavailable")
        tried += [clock.now] * (pooler.logins - before)
        clock.now += 1

    in_window = [sum(start <= other < start + WINDOW for other in tried) for start in tried]
    assert max(in_window) == most
    assert len(tried) > 3


async def test_a_login_that_succeeds_makes_good_what_was_refused(
    gate: LoginGate, pooler: Supavisor, clock: Clock
) -> None:
    """A minute after the first refusal, five after the next ones."""
    pooler.refuse = "password"
    for expected in (60, 300, 300):
        assert await connect(gate, pooler) == "Misconfigured"
        clock.now += expected - 1
        with pytest.raises(Misconfigured):
            await gate.connect(pooler.url)
        clock.now += 1
    pooler.refuse = None
    assert await connect(gate, pooler) == "in"

    pooler.refuse = "password"
    assert await connect(gate, pooler) == "Misconfigured"
    clock.now += 60
    pooler.refuse = None
    assert await connect(gate, pooler) == "in"


async def test_what_no_breaker_counts_lengthens_no_other_hold(
    gate: LoginGate, pooler: Supavisor, clock: Clock
) -> None:
    """A project that restarts is refused in several ways, one after the other."""
    for refusal, hold in (("EAUTHQUERY outage", 3), ("password", 60)):
        for of_the_moment in ("econnrefused", "EMAXCONN", "econnrefused"):
            pooler.refuse = of_the_moment
            assert await connect(gate, pooler) == "Unavailable"
        pooler.refuse = refusal
        assert await connect(gate, pooler) != "in"
        clock.now += hold
        pooler.refuse = None
        assert await connect(gate, pooler) == "in"


@pytest.mark.parametrize("refusal", ["econnrefused", "EMAXCONN", "EMAXCONNSESSION"])
async def test_what_no_breaker_counts_is_tried_again_at_once(
    gate: LoginGate, pooler: Supavisor, refusal: str
) -> None:
    pooler.refuse = refusal
    assert [await connect(gate, pooler) for _ in range(5)] == ["Unavailable"] * 5
    assert pooler.logins == 5

    pooler.refuse = None
    assert await connect(gate, pooler) == "in"


async def test_a_changed_password_under_load_costs_one_login_of_the_service(
    alice: AsyncClient, pooler: Supavisor
) -> None:
    """Requests and readiness have an engine each, and one gate."""
    for _ in range(3):
        await asyncio.gather(*(alice.get("/memos") for _ in range(20)), alice.get("/health/ready"))
    pooler.refuse, pooler.logins = "password", 0
    await pooler.disconnect()

    for _ in range(3):
        asked = [alice.get(path) for path in ("/memos", "/health/ready") for _ in range(20)]
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {503}

    assert pooler.logins == 1


async def test_four_processes_with_a_wrong_password_stay_below_ten_logins(
    pooler: Supavisor, stand_in: dict[str, str], tmp_path: Path
) -> None:
    """Started cold, 64 requests at once, readiness polled, for five minutes of their clock."""
    pooler.refuse = "password"
    address = {"DATABASE_URL": pooler.url, "DATABASE_POOLING_MODE": "transaction"}
    environment = os.environ | stand_in | address
    del environment["ENV_FILE"]
    worker = Path(__file__).parents[1] / "bench" / "worker.py"
    command = (sys.executable, worker, str(FASTER), str(2 * WINDOW))
    processes = [
        await asyncio.create_subprocess_exec(*command, env=environment, cwd=tmp_path)
        for _ in range(4)
    ]
    try:
        async with asyncio.timeout(150):
            assert [await process.wait() for process in processes] == [0] * 4
    finally:
        for process in processes:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)

    moments = [moment * FASTER for moment in pooler.login_times]
    most = max(sum(start <= other < start + WINDOW for other in moments) for start in moments)
    print(f"four processes: {len(moments)} logins, at most {most} in {WINDOW} s")  # noqa: T201
    assert 4 <= most < 10
