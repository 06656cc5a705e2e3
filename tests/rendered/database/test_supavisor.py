"""The service behind what Supavisor does and PgBouncer does not."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from tests.rendered.bench.refusals import REFUSALS
from tests.rendered.bench.supavisor import Supavisor, supavisor

CONFIGURATION = [
    "ENOTFOUND",
    "ENOIDENTIFIER",
    "EAUTHQUERY",
    "EAUTHQUERY nologin",
    "password",
    "database",
    "ESSLREQUIRED",
    "EADDRNOTALLOWED",
    "ECIRCUITBREAKER",
]
"""After these no login is tried for a while: wrong ones would lock everybody out."""

OF_THE_MOMENT = ["EMAXCONN", "EMAXCONNSESSION", "EMAXPOOLSREACHED", "econnrefused"]

COUNTED_OUTAGES = ["EAUTHQUERY outage", "credentials"]
"""The pooler counts these as failed logins, so they are tried again after seconds only."""


@pytest.fixture
async def pooler(database_url: str) -> AsyncGenerator[Supavisor]:
    async with supavisor(database_url, pool_size=2) as pooler:
        yield pooler


@pytest.fixture
def settings(settings: Any, pooler: Supavisor) -> Any:
    changes = {
        "database_url": SecretStr(pooler.url),
        "database_pooling_mode": "transaction",
        "database_pool_timeout": 15.0,  # on a slow machine 100 clients take their time
    }
    return settings.model_copy(update=changes)


def test_every_refusal_has_its_meaning() -> None:
    known = {*CONFIGURATION, *OF_THE_MOMENT, *COUNTED_OUTAGES, "ESTARTUPMESSAGE"}
    assert known == REFUSALS.keys()


@pytest.mark.parametrize("refusal", CONFIGURATION)
async def test_a_login_that_the_settings_spoil_is_told_and_not_repeated(
    alice: AsyncClient, pooler: Supavisor, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One login for five requests; the log says what to do, the answer does not."""
    pooler.refuse = refusal

    answers = [await alice.get("/memos") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [503] * 5
    assert {answer.headers["Retry-After"] for answer in answers} == {"60"}
    assert pooler.logins == 1
    assert "no connection: " in caplog.text
    assert REFUSALS[refusal].text not in answers[0].text


@pytest.mark.parametrize("refusal", OF_THE_MOMENT)
async def test_a_refusal_of_the_moment_is_over_when_it_is_over(
    alice: AsyncClient, pooler: Supavisor, refusal: str
) -> None:
    """Each request tries once; nobody is kept out afterwards."""
    pooler.refuse = refusal
    answers = [await alice.get("/memos") for _ in range(5)]
    pooler.refuse = None

    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {
        (503, "1")
    }
    assert pooler.logins == 5
    assert (await alice.get("/memos")).status_code == 200


@pytest.mark.parametrize("refusal", COUNTED_OUTAGES)
async def test_a_short_outage_that_the_pooler_counts_is_over_after_seconds(
    alice: AsyncClient, pooler: Supavisor, refusal: str
) -> None:
    assert (await alice.get("/me")).status_code == 200  # the keys of tokens are known by now
    pooler.refuse = refusal
    answers = await asyncio.gather(*(alice.get("/memos") for _ in range(64)))
    pooler.refuse = None
    retry_after = {int(answer.headers["Retry-After"]) for answer in answers}

    assert {answer.status_code for answer in answers} == {503}
    assert pooler.logins == 1
    await asyncio.sleep(retry_after.pop())
    assert (await alice.get("/memos")).status_code == 200


async def test_a_transaction_whose_beginning_is_lost_is_begun_again(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], pooler: Supavisor
) -> None:
    """Nobody notices, and nothing is written twice."""
    pooler.lose_begin = 0.03
    statuses: Counter[int] = Counter()
    numbers = iter(range(1000))

    async def one_client() -> None:
        for number in numbers:
            answer = await alice.post("/memos", json={"title": f"{number}"})
            statuses[answer.status_code] += 1

    await asyncio.gather(*(one_client() for _ in range(32)))

    assert pooler.lost > 10
    assert statuses == {201: 1000}
    assert await sql.fetchval("select count(distinct title) from memos") == 1000
    assert await sql.fetchval("select count(*) from memos") == 1000


async def test_a_lost_beginning_costs_its_own_connection_and_no_other(
    alice: AsyncClient, pooler: Supavisor
) -> None:
    await asyncio.gather(*(alice.get("/memos") for _ in range(5)))
    logins = pooler.logins
    pooler.lose_begin = 1
    assert (await alice.get("/memos")).status_code == 503
    pooler.lose_begin = 0
    lost = pooler.lost

    await asyncio.gather(*(alice.get("/memos") for _ in range(5)))

    assert lost == 4
    assert pooler.logins <= logins + lost


async def test_a_pooler_with_nothing_to_give_is_not_asked_again(
    alice: AsyncClient, pooler: Supavisor
) -> None:
    pooler.checkout_timeout = 0.3
    hogs = [await asyncpg.connect(pooler.url, statement_cache_size=0) for _ in range(2)]
    for hog in hogs:
        await hog.execute("begin")

    answer = await alice.get("/memos")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    for hog in hogs:
        await hog.execute("rollback")
        await hog.close()
    assert (await alice.get("/memos")).status_code == 200


async def test_nothing_hangs_where_a_connection_goes_back_at_the_first_idle_moment(
    alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record], pooler: Supavisor
) -> None:
    """Every flight of ours asks for one answer, so nothing of it reaches another's connection."""

    async def one_client(number: int) -> None:
        memo = (await alice.post("/memos", json={"title": f"{number}"})).json()
        path = f"/memos/{memo['id']}"
        assert (await alice.get(path)).json()["title"] == f"{number}"
        assert (await alice.patch(path, json={"body": "x"})).json()["body"] == "x"
        assert (await alice.get("/memos")).status_code == 200
        assert (await alice.delete(path)).status_code == 204

    async with asyncio.timeout(60):
        await asyncio.gather(*(one_client(number) for number in range(100)))

    assert await sql.fetchval("select count(*) from memos") == 0
    assert not any("in transaction" in state for state in await pooler.states())
