"""LOG_SQL: statements with their time, and never a value."""

from __future__ import annotations

import datetime as dt
import enum
import logging
from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient
from local.people import ALICE
from sqlalchemy import (
    ARRAY,
    JSON,
    Enum,
    Integer,
    String,
    bindparam,
    column,
    literal,
    select,
    text,
    values,
)
from sqlalchemy.dialects.postgresql import BIT, INET, INT4RANGE, JSONB, Range
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from my_supabase_service.settings import Settings
from my_supabase_service.supabase.database.actor import Actor
from my_supabase_service.supabase.database.engine import Database, open_database
from my_supabase_service.supabase.database.statements import without_values
from my_supabase_service.supabase.database.transaction import transaction

LOGGER = "my_supabase_service.supabase.database.statements"


class Mood(enum.Enum):
    secret_mood = "secret_mood"  # noqa: S105  # a word that the test looks for


SECRETS = (
    ("a secret text", None),
    (b"a secret of bytes", None),
    (918273645, None),
    (9182736450918273645, None),
    (91827.5, None),
    (Decimal("918273645.918273645"), None),
    (dt.date(1918, 2, 7), None),
    (dt.time(19, 18, 27, 364509), None),
    (dt.datetime(1918, 2, 7, 3, 6, 45, tzinfo=dt.UTC), None),
    (dt.timedelta(days=91827, seconds=3645), None),
    (UUID("91827364-5918-4273-8459-182736459182"), None),
    ("91.82.73.64", INET()),
    ({"secret_key": ["secret_item"]}, JSON()),
    ({"secret_key": ["secret_item"]}, JSONB()),
    (["secret_a", "secret_b"], ARRAY(String)),
    ([918273645], ARRAY(Integer)),
    (Mood.secret_mood, Enum(Mood, native_enum=False)),
    (Range(918273, 918274), INT4RANGE()),
    (asyncpg.BitString.from_int(145, 8), BIT(8)),
)
"""A value of each type that a driver takes, with SQLAlchemy's own where it needs one."""
TRACES = ("secret", "91827", "9182736", "1918", "3645", "91.82", "82.73", "10010001")
"""No part of one stands in the log."""


@pytest.fixture
async def logged(settings: Settings) -> AsyncGenerator[Database]:
    settings.log_sql = True
    async with open_database(settings) as database:
        yield database


@pytest.fixture(autouse=True)
def _all_is_logged(caplog: pytest.LogCaptureFixture) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    caplog.set_level(logging.INFO)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [it.getMessage() for it in caplog.records if it.name == LOGGER]


async def test_a_statement_is_logged_with_its_time(
    logged: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with transaction(logged) as session:
        await session.execute(
            text("select pg_sleep(:seconds),\n  :name"), {"seconds": 0.05, "name": "x"}
        )

    (record,) = (it for it in caplog.records if it.name == LOGGER)
    assert record.getMessage().endswith(" ms: select pg_sleep($1), $2")
    assert 50 <= vars(record)["duration_ms"] < 5000


@pytest.mark.parametrize(("value", "kind"), SECRETS, ids=lambda it: type(it).__name__)
async def test_no_value_is_logged(
    logged: Database, caplog: pytest.LogCaptureFixture, value: Any, kind: Any
) -> None:
    """However it travels: as a parameter, in a list or a table of values, or within the text."""
    sent: Any = literal(value, kind)
    async with transaction(logged) as session:
        await session.execute(select(sent))
        await session.execute(select(bindparam("it", value, kind)).limit(1).offset(918273))
        if not isinstance(value, dict):
            await session.execute(select(1).where(sent.in_([value, value])))
        twice: Any = [(value,), (value,)]
        rows = values(column("a", sent.type), name="rows").data(twice)
        await session.execute(select(rows.c.a))
        if kind is None and isinstance(value, str | int):
            inlined = bindparam("it", value, sent.type, literal_execute=True)
            await session.execute(select(inlined))
            await session.execute(text(f"select {value!r}"))

    assert len(lines(caplog)) >= 3
    assert [trace for trace in TRACES if trace in caplog.text.lower()] == []


async def test_an_error_is_logged_without_its_words(
    logged: Database, sql: asyncpg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """They hold what was sent, or what is stored."""
    await sql.execute(
        "create table words (word text primary key, n int check (n < 10));"
        "insert into words values ('a secret', 1);"
        "grant all on words to anon, service_login"
    )
    wrong = (
        "insert into words values (:word, 1)",
        "insert into words values (:word || '2', 918273)",
        "select cast(:word as int)",
        "select cast('another secret' as int), :word",
        "select no_such_secret_function(:word)",
    )
    for statement in wrong:
        with pytest.raises(DBAPIError):
            async with transaction(logged) as session:
                await session.execute(text(statement), {"word": "a secret"})

    codes = [line.rpartition(" ")[2] for line in lines(caplog)]
    assert codes == ["23505", "23514", "22000", "22P02", "42883"]
    told = caplog.text.replace("no_such_secret_function", "")
    assert [trace for trace in TRACES if trace in told] == []


async def test_many_rows_are_one_line_and_a_number(
    logged: Database, sql: asyncpg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    await sql.execute("create table words (word text); grant all on words to anon, service_login")
    async with transaction(logged) as session:
        sent = [{"word": f"secret {number}"} for number in range(3)]
        await session.execute(text("insert into words values (:word)"), sent)

    assert [line.partition(": ")[2] for line in lines(caplog)] == [
        "insert into words values ($1) for 3 rows"
    ]


async def test_for_whom_a_transaction_acts_is_not_logged(
    logged: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The message that begins it holds the claims."""
    async with transaction(logged, Actor("none", f'{{"sub": "{ALICE}"}}')) as session:
        await session.execute(text("select 1"))

    assert len(lines(caplog)) == 1
    assert str(ALICE) not in caplog.text
    assert "set_config" not in caplog.text


async def test_nothing_is_logged_unless_it_is_asked_for(
    alice: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await alice.post("/memos", json={"title": "a secret"})

    assert lines(caplog) == []


async def test_off_nothing_listens(settings: Settings) -> None:
    """Neither does it ever on the probe, which asks the same thing all day."""

    def listening(engine: AsyncEngine) -> int:
        events = engine.sync_engine.dispatch
        return len([*events.before_cursor_execute, *events.after_cursor_execute])

    async with open_database(settings) as database:
        off = listening(database.engine)
    settings.log_sql = True
    async with open_database(settings) as database:
        assert listening(database.engine) == off + 2
        assert listening(database.probe) == off


@pytest.mark.parametrize(
    ("statement", "logged"),
    [
        ("select 'a''b', E'\\'x', e'\\\\', 1", "select ?, ?, ?, ?"),
        ("select U&'a', b'1', x'1F', N'n'", "select ?, ?, ?, ?"),
        ("select $$a'$$, $t$ $$ b $t$, $1", "select ?, ?, $1"),
        ("select -1.5e3, .5, 0x1F, 1_000 from t2", "select -?, ?, ?, ? from t2"),
        ('select "a "" 1".b1 -- a secret\nfrom c /* 1 */', 'select "a "" 1".b1 ? from c ?'),
        ("select 'never ended", "select ?"),
        ("select $x$ never ended", "select ?"),
        ("select /* never ended", "select ?"),
        ("select cast($1 as varchar(20))", "select cast($1 as varchar(?))"),
        ('select 1 as "a\x1b[2J"', 'select ? as "a?[2J"'),
    ],
)
def test_a_value_in_the_text_is_a_question_mark(statement: str, logged: str) -> None:
    assert without_values(statement) == logged
