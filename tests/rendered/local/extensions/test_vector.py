"""`vector` as on a hosted project: not there at birth, and `postgres` creates it."""

from __future__ import annotations

from typing import TypeAlias

import asyncpg
import pytest

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_it_is_not_there_at_birth(sql: Sql) -> None:
    with pytest.raises(asyncpg.UndefinedObjectError):
        await sql.execute("create table points (at vector(3))")


@pytest.mark.parametrize(
    ("statement", "schema"),
    [
        ("create extension vector", "public"),
        ("create extension if not exists vector with schema extensions", "extensions"),
        ('CREATE EXTENSION IF NOT EXISTS "vector" WITH SCHEMA "extensions"', "extensions"),
        ("create extension vector schema public cascade", "public"),
    ],
)
async def test_postgres_creates_moves_and_drops_it(sql: Sql, statement: str, schema: str) -> None:
    await sql.execute(statement)
    await sql.execute("create extension if not exists vector")
    where = "select extnamespace::regnamespace::text from pg_extension where extname = 'vector'"
    assert await sql.fetchval(where) == schema

    await sql.execute("alter extension vector set schema extensions")
    await sql.execute("drop extension vector")

    assert await sql.fetchval(where) is None


async def test_rows_go_in_and_come_out_and_indexes_find_them(sql: Sql) -> None:
    """Also for a role of the API, to which nothing of the extension is granted by name."""
    await sql.execute(
        """
        create extension vector with schema extensions;
        create table points (
            id int primary key, at vector(3), half extensions.halfvec(3), sparse sparsevec(3)
        );
        create index on points using hnsw (at vector_cosine_ops);
        create index on points using hnsw (half halfvec_l2_ops) with (m = 16, ef_construction = 64);
        create index on points using ivfflat (at vector_l2_ops) with (lists = 1);
        grant select, insert on points to authenticated;
        set role authenticated;
        insert into points values
            (1, '[1,2,3]', '[1,2,3]', '{1:1,3:3}/3'), (2, '[4,5,6]', '[4,5,6]', '{2:5}/3');
        """
    )

    nearest = await sql.fetchrow(
        "select id, at::text, half::text, sparse::text, round((at <-> '[1,1,1]')::numeric, 3)::text"
        " from points order by at <-> '[1,1,1]' limit 1"
    )

    assert nearest is not None
    assert [*nearest] == [1, "[1,2,3]", "[1,2,3]", "{1:1,3:3}/3", "2.236"]
    assert await sql.fetchval("select avg(at)::text from points") == "[2.5,3.5,4.5]"
    await sql.execute("reset role; set enable_seqscan = off")
    plan = await sql.fetch("explain select id from points order by at <=> '[1,1,1]' limit 1")
    assert "points_at_idx" in str(plan)
