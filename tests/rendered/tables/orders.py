"""A table with a column of every type that Postgres orders, its rows, and orders of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

MOOD = pg.ENUM("sad", "ok", "happy", name="mood")
VALUES: dict[str, tuple[Any, list[str]]] = {
    "small": (sa.SmallInteger, ["-1", "0", "7"]),
    "big": (sa.BigInteger, ["-9223372036854775808", "0", "9223372036854775807"]),
    "number": (sa.Numeric, ["NaN", "infinity", "-infinity", "0.10", "0.1", "1e-20", "-5"]),
    "price": (sa.Numeric(10, 2), ["NaN", "0.10", "12345678.90", "-5"]),
    "real": (sa.REAL, ["NaN", "-infinity", "-0", "0", "0.1", "3.4e38", "1e-40"]),
    "double": (sa.Double, ["NaN", "infinity", "-0", "0", "0.1", "0.30000000000000004", "5e-324"]),
    "moment": (
        sa.DateTime(timezone=True),
        ["infinity", "-infinity", "4713-01-01Z BC", "294276-12-31Z", "2000-01-01 00:00:00.1Z"],
    ),
    "local": (sa.DateTime, ["infinity", "2000-01-01", "2000-01-01 00:00:00.000001"]),
    "day": (sa.Date, ["infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "2000-01-01"]),
    "clock": (sa.Time, ["00:00", "24:00", "12:00:00.5"]),
    "zoned": (sa.Time(timezone=True), ["00:00+15", "24:00-15", "12:00Z", "13:00+01"]),
    "span": (sa.Interval, ["1 mon", "30 days", "-1 day 1 sec", "178000000 years", "0"]),
    "uuid": (sa.Uuid, ["00000000-0000-4000-8000-000000000000", "f" * 32]),
    "text": (sa.Text, ["", "-", "a", "B", "ä", "a\nb", '"\\', "NULL", "\U0001f600", "z" * 900]),
    "short": (sa.String(5), ["", "a", "a ", "\tb"]),
    "fixed": (sa.CHAR(3), ["", "a", "ab "]),
    "bytewise": (sa.Text(collation="C"), ["a", "B", "ä", "b"]),
    "bytes": (sa.LargeBinary, ["\\x", "\\x00", "\\xff00", "\\x5c78"]),
    "host": (pg.INET, ["10.0.0.1", "10.0.0.0/8", "::1"]),
    "net": (pg.CIDR, ["10.0.0.0/8", "::/0"]),
    "mac": (pg.MACADDR, ["08:00:2b:01:02:03", "08:00:2b:01:02:04"]),
    "numbers": (pg.ARRAY(sa.Integer), ["{}", "{1}", "{1,NULL}", "{{1},{2}}", "[0:0]={1}"]),
    "words": (pg.ARRAY(sa.Text), ["{}", '{""}', '{"a,b"}', '{NULL,"NULL"}']),
    "mood": (MOOD, ["sad", "ok", "happy"]),
    "moods": (pg.ARRAY(MOOD), ["{sad}", "{}", "{happy,ok}"]),
    "flag": (sa.Boolean, ["true", "false"]),
    "json": (pg.JSONB, ["null", "{}", "[]", '"a"', "1", "1.0", '{"a": [1, null]}', "true"]),
    "range": (pg.INT4RANGE, ["empty", "[1,2)", "(,)", "[1,)"]),
    "moments": (pg.TSTZRANGE, ["empty", "(-infinity,infinity)", "[2000-01-01Z,)"]),
    "ranges": (pg.INT4MULTIRANGE, ["{}", "{[1,2),[4,5)}"]),
    "bits": (pg.BIT(3), ["000", "101"]),
    "many_bits": (pg.BIT(varying=True), ["", "1", "01"]),
    "terms": (pg.TSVECTOR, ["", "a:1", "'it''s':2"]),
    "oid": (pg.OID, ["0", "4294967295"]),
}
SOLID = {"small": "never", "text": "title", "moment": "made"}
"""The same values once more, in columns that hold no null."""

KINDS = sa.Table(
    "kinds",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, type_) for name, (type_, _) in VALUES.items()),
    *(sa.Column(name, VALUES[of][0], nullable=False) for of, name in SOLID.items()),
)
ROWS = 60


async def make_kinds(sql: asyncpg.Connection[asyncpg.Record], chance: random.Random) -> None:
    """Make the table, open to everybody who is signed in, with many rows of few values."""
    await sql.execute("create type mood as enum ('sad', 'ok', 'happy')")
    create = sa.schema.CreateTable(KINDS).compile(dialect=pg.dialect())
    await sql.execute(str(create))
    await sql.execute("grant select on kinds to authenticated")
    columns = {**{name: values for name, (_, values) in VALUES.items()}}
    for number in range(ROWS):
        row = {name: chance.choice([*values, None]) for name, values in columns.items()}
        row |= {name: chance.choice(VALUES[of][1]) for of, name in SOLID.items()}
        values = ", ".join("null" if each is None else quoted(each) for each in row.values())
        await sql.execute(f"insert into kinds values ({number}, {values})")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


Order = Sequence[sa.ColumnElement[Any]]


def orders(chance: random.Random, count: int) -> Sequence[Order]:
    """Return orders of one to three columns, each in any direction, nulls wherever."""
    names = [*VALUES, *SOLID.values()]
    by_one: list[Order] = [[any_way(KINDS.c[name], chance)] for name in names]
    by_more: list[Order] = [
        [any_way(KINDS.c[name], chance) for name in chance.sample(names, chance.randint(2, 3))]
        for _ in range(count)
    ]
    solid: list[Order] = [
        [KINDS.c.never.desc(), KINDS.c.made.desc()],
        [KINDS.c.title, KINDS.c.id.desc()],
        [],
    ]
    return [*by_one, *by_more, *solid]


def any_way(column: sa.ColumnElement[Any], chance: random.Random) -> sa.ColumnElement[Any]:
    ordered = column.desc() if chance.random() < 0.5 else column.asc()
    return chance.choice([ordered, ordered.nulls_first(), ordered.nulls_last()])
