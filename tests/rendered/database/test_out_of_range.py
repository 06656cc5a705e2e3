"""Rows that Postgres can hold and Python cannot, in tables that nobody bounded."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import logging
import random
from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from tests.rendered.bench.proxy import proxy

from my_supabase_service.supabase.database.engine import Database, create_engine
from my_supabase_service.supabase.database.login.gate import LoginGate

FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
LAST = dt.datetime.max.replace(tzinfo=dt.UTC)

BEYOND = ["infinity", "294276-12-31", "10000-01-01 00:00Z", "9999-12-31 23:59:59.9999999Z"]
BEFORE = ["-infinity", "4713-01-01 BC", "0001-12-31 23:59:59Z BC"]

READ_AS: dict[str, dict[str, Any]] = {
    "timestamptz": dict.fromkeys(BEYOND, LAST) | dict.fromkeys(BEFORE, FIRST),
    "timestamp": {
        **dict.fromkeys(BEYOND, LAST.replace(tzinfo=None)),
        **dict.fromkeys(BEFORE, FIRST.replace(tzinfo=None)),
    },
    "date": {
        **dict.fromkeys(["infinity", "5874897-12-31", "10000-01-01"], dt.date.max),
        **dict.fromkeys(["-infinity", "4713-01-01 BC", "0001-12-31 BC"], dt.date.min),
    },
    "time": {"24:00": dt.time.max},
    "timetz": {
        f"24:00{hours:+03}": dt.time.max.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours)))
        for hours in (-15, 0, 15)
    },
    "interval": {
        **dict.fromkeys(["178000000 years", "-1 day 178000000 years"], dt.timedelta.max),
        **dict.fromkeys(["-178000000 years", "-1000000000 days"], dt.timedelta.min),
        "2147483647 days": dt.timedelta.max,
        "-2147483648 days": dt.timedelta.min,
        "1 year -1 days": dt.timedelta(364),
        "-13 months 1 second": dt.timedelta(-395, 1),
    },
}


@pytest.fixture
def database(state: Mapping[str, Any]) -> Database:
    return state["database"]


async def fetch(database: Database, statement: str, **values: Any) -> Any:
    async with database.engine.connect() as connection:
        return (await connection.execute(text(statement), values)).scalar_one()


async def test_what_is_out_of_range_is_read_as_the_nearest(database: Database) -> None:
    for kind, values in READ_AS.items():
        for stored, nearest in values.items():
            assert await fetch(database, f"select '{stored}'::{kind}") == nearest, stored
            assert await fetch(database, f"select array['{stored}'::{kind}]") == [nearest], stored


async def test_a_range_may_end_out_of_range(database: Database) -> None:
    moments = await fetch(database, "select '[2000-01-01Z,10000-01-01Z)'::tstzrange")
    days = await fetch(database, "select '[2000-01-01,9999-12-31]'::daterange")

    assert (moments.upper, days.upper) == (LAST, dt.date.max)


async def test_all_other_values_are_as_the_driver_reads_and_writes_them(
    database: Database, owner_url: str
) -> None:
    """The control is a connection of the driver's own."""
    chance = random.Random(7)  # noqa: S311  # the same values each time
    zones = [dt.UTC, dt.timezone(dt.timedelta(hours=14)), dt.timezone(dt.timedelta(hours=-12))]
    moments = [FIRST + chance.random() * (LAST - FIRST) for _ in range(15)]
    values: dict[str, list[Any]] = {
        "timestamptz": [
            *(each.astimezone(chance.choice(zones)) for each in moments[1:-1]),
            *(dt.datetime(2026, 1, 1), dt.date(2026, 1, 1)),  # noqa: DTZ001
        ],
        "timestamp": [*(each.replace(tzinfo=None) for each in moments), dt.date(2026, 1, 1)],
        "date": [*(each.date() for each in moments), dt.datetime(2026, 1, 1, 5)],  # noqa: DTZ001
        "time": [dt.time(), dt.time.max, *(each.time() for each in moments)],
        "timetz": [each.timetz().replace(tzinfo=chance.choice(zones)) for each in moments],
        "interval": [each - moments[0] for each in moments],
    }
    driver = await asyncpg.connect(owner_url, server_settings={"timezone": "UTC"})
    async with database.engine.connect() as connection:
        for kind, each in itertools.chain(*([(k, v) for v in vs] for k, vs in values.items())):
            written = f"select $1::{kind}::text"
            ours = (await connection.exec_driver_sql(written, (each,))).scalar_one()
            assert ours == await driver.fetchval(written, each)
            read = f"select '{ours}'::{kind}"
            assert await fetch(database, read) == await driver.fetchval(read), ours
    await driver.close()


async def test_what_is_no_value_of_the_type_is_refused_as_the_driver_does(
    database: Database, owner_url: str
) -> None:
    driver = await asyncpg.connect(owner_url)
    async with database.engine.connect() as connection:
        for kind, wrong in itertools.product(READ_AS, ("x", 7, b"", object())):
            with pytest.raises((asyncpg.DataError, AttributeError)) as expected:
                await driver.fetchval(f"select $1::{kind}", wrong)
            with pytest.raises((DBAPIError, AttributeError)) as raised:
                await connection.exec_driver_sql(f"select $1::{kind}", (wrong,))
            assert isinstance(raised.value, AttributeError) <= isinstance(
                expected.value, AttributeError
            )
    await driver.close()


@pytest.fixture
async def mixed(alice: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]) -> list[str]:
    """The titles of memos, most of them out of range, in a table that bounds nothing."""
    await sql.execute("""
        alter table memos drop constraint ck_memos_created_at_range;
        alter table memos drop constraint ck_memos_updated_at_range;
    """)
    owner = (await alice.get("/me")).json()["user_id"]
    moments = [*BEYOND, "2026-01-03Z", "2026-01-02Z", "2026-01-01Z", *BEFORE] * 2
    await sql.executemany(
        "insert into memos (owner_id, title, created_at, updated_at)"
        " select $1, $2, $2::text::timestamptz, $2::text::timestamptz",
        [(owner, moment) for moment in moments],
    )
    return moments


async def test_one_row_breaks_no_list(
    alice: AsyncClient, mixed: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    listed = (await alice.get("/memos", params={"limit": 100})).json()["items"]
    exported = [json.loads(line) for line in (await alice.get("/memos/export")).text.splitlines()]
    read = [(await alice.get(f"/memos/{memo['id']}")).json() for memo in listed]

    assert sorted(memo["title"] for memo in listed) == sorted(mixed)
    assert sorted(memo["title"] for memo in exported) == sorted(mixed)
    assert read == listed
    for memo in listed:
        stored = dt.datetime.fromisoformat(memo["created_at"])
        nearest = LAST if memo["title"] in BEYOND else FIRST
        assert stored == nearest or memo["title"].startswith("2026")
        patched = await alice.patch(f"/memos/{memo['id']}", json={"body": "x"})
        assert patched.status_code == 200
        assert (await alice.delete(f"/memos/{memo['id']}")).status_code == 204

    told = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(told) == len({LAST, FIRST})
    assert "memos.created_at, memos.updated_at: Python cannot hold" in told[0].getMessage()


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_show_all_other_rows_once_and_come_to_an_end(
    alice: AsyncClient, mixed: list[str], limit: int
) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = (await alice.get("/memos", params=query)).json()
        seen += [memo["id"] for memo in page["items"]]
        assert len(seen) <= len(mixed)
        cursor = page["next_cursor"]

    assert len(seen) == len(set(seen))
    listed = (await alice.get("/memos", params={"limit": 100})).json()["items"]
    assert {memo["id"] for memo in listed if memo["title"].startswith("2026")} <= set(seen)


async def test_the_log_names_the_request_that_read_it(
    alice: AsyncClient, mixed: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A connection is opened by one request and used by others."""
    assert mixed
    await asyncio.gather(*(alice.get("/me") for _ in range(3)))

    answer = await alice.get("/memos/export", headers={"X-Request-ID": "reading-it"})

    assert answer.status_code == 200
    told = [record for record in caplog.records if "Python cannot hold" in record.getMessage()]
    assert {vars(record)["request_id"] for record in told} == {"reading-it"}


async def test_a_connection_costs_no_more_round_trips(settings: Any, database_url: str) -> None:
    """Hello, and two for the password; the types need no question."""
    own = make_url(database_url)
    async with proxy(str(own.host), own.port or 5432) as network:
        url = own.set(host="127.0.0.1", port=network.port)
        through = SecretStr(url.render_as_string(hide_password=False))
        own_settings = settings.model_copy(update={"database_url": through})
        engine = create_engine(own_settings, LoginGate(own_settings.address()), size=2)

        async with engine.connect():  # the first asks for the server's version, too
            network.reset()
            async with engine.connect():
                assert (network.connections, network.flights) == (1, 3)
        await engine.dispose()
