"""What the matrix tries on a column: taken where nothing bounds it, refused by its check."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from tests.matrix.extremes import extremes

YEARS = "between '0001-01-02 00:00Z' and '9999-12-30 00:00Z'"
BOUNDS: list[tuple[Any, str, int]] = [
    (sa.DateTime(timezone=True), f"x {YEARS}", 4),
    (sa.DateTime(), f"x {YEARS}", 4),
    (sa.Date(), f"x {YEARS.replace(' 00:00Z', '')}", 4),
    (sa.Time(), "x < '24:00'", 1),
    (sa.Time(timezone=True), "x < '24:00'", 1),
    (sa.Interval(), "x between '-100 years' and '100 years'", 2),
    (sa.Numeric(), "x between 0 and 100", 3),
    (sa.Numeric(10, 2), "x between 0 and 100", 1),
    (sa.Float(), "x between 0 and 100", 3),
    (sa.Text(), "char_length(x) <= 100", 1),
    (sa.String(), "char_length(x) <= 100", 1),
    (sa.String(100), "true", 0),
    (sa.Enum("a", name="e", native_enum=False), "true", 0),
    (sa.LargeBinary(), "octet_length(x) <= 100", 1),
    (sa.JSON(), "length(x::text) <= 100", 1),
    (JSONB(), "length(x::text) <= 100", 1),
    (sa.ARRAY(sa.Text), "cardinality(x) <= 100", 1),
    (sa.ARRAY(sa.String(9), dimensions=2), "cardinality(x) <= 100", 1),
    (sa.Integer(), "true", 0),
    (sa.Uuid(), "true", 0),
]


async def taken(connection: AsyncConnection, table: sa.Table) -> list[str]:
    """Name the extreme values that *table* takes in its column."""
    await connection.run_sync(table.create)
    names: list[str] = []
    for what, value, _ in extremes(table.c.x):
        try:
            async with connection.begin_nested():
                await connection.execute(sa.insert(table).values(x=value).inline())
        except DBAPIError:
            continue
        names.append(what)
    await connection.run_sync(table.drop)
    return names


async def test_a_column_is_tried_with_what_its_check_refuses(owner_url: str) -> None:
    url = sa.make_url(owner_url).set(drivername="postgresql+asyncpg", query={})
    engine = create_async_engine(url)

    async with engine.connect() as connection:
        for type_, check, count in BOUNDS:
            free = sa.Table("free", sa.MetaData(), sa.Column("x", type_))
            bound = sa.Table("bound", sa.MetaData(), sa.Column("x", type_))
            bound.append_constraint(sa.CheckConstraint(check))
            assert len(await taken(connection, free)) == count, type_
            assert await taken(connection, bound) == [], type_
    await engine.dispose()
