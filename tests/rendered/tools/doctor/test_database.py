"""What the database says once somebody is logged in."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
from local.cluster import password
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.proxy import proxy
from tests.rendered.bench.supavisor import supavisor
from tests.rendered.shape import HAS_RLS
from tests.rendered.tools.doctor.conftest import Look

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

of_rls = pytest.mark.skipif(not HAS_RLS, reason="without row level security there are no roles")


async def on_database(sql: Sql, setting: str) -> None:
    name = await sql.fetchval("select current_database()")
    await sql.execute(f"alter database {name} set {setting}")


async def test_a_database_that_is_read_only_is_told(look: Look, sql: Sql) -> None:
    await on_database(sql, "default_transaction_read_only = on")

    said = await look()

    assert "read-only: its disk may be full" in said.alone("session").says
    assert "free or add disk space" in said["session"].remedy


@pytest.fixture
async def superuser(scratch: Path, owner_url: str) -> AsyncGenerator[Sql]:
    """The same database, as the one who may do everything to it."""
    url = make_url(owner_url).set(username="supabase_admin")
    url = url.set(password=password(scratch / "postgres", "supabase_admin"))
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    yield connection
    await connection.close()


async def test_a_time_out_that_lets_nothing_run_is_told(
    look: Look, sql: Sql, superuser: Sql
) -> None:
    """Whatever is asked first takes longer than that: here because it waits for a lock."""
    await on_database(sql, "statement_timeout = 20")
    await superuser.execute("begin; lock table pg_catalog.pg_proc in access exclusive mode")

    said = await look(MIGRATIONS_DATABASE_URL=None)

    line = said.alone("login")
    assert line.says.startswith("a statement_timeout of service_login or of the database is so")
    assert line.remedy == "alter role service_login reset statement_timeout;  (SQL editor)"


async def test_a_login_whose_queries_fail_is_told_with_what_failed(
    look: Look, superuser: Sql
) -> None:
    await superuser.execute("revoke select on pg_catalog.pg_settings from public")

    said = await look(MIGRATIONS_DATABASE_URL=None)

    line = said.alone("login")
    assert line.says.startswith("the login works, but not a query: ")
    assert "permission denied for view pg_settings" in line.says
    assert line.remedy.startswith("alter role service_login reset all;")


async def test_a_tiny_time_out_of_the_login_is_told(look: Look, sql: Sql) -> None:
    await on_database(sql, "statement_timeout = 400")

    said = await look()

    assert said.alone("session", "warn").remedy.startswith("alter role service_login reset")
    assert "400 ms" in said["session"].says


@pytest.fixture
async def login(sql: Sql, owner_url: str) -> AsyncGenerator[str]:
    """A role of this test's own, that may log in and nothing else."""
    await sql.execute("create role doctored login noinherit password 'doctored-1'")
    url = make_url(owner_url).set(username="doctored", password="doctored-1")  # noqa: S106
    yield url.render_as_string(hide_password=False)
    await sql.execute("grant doctored to postgres; drop owned by doctored; drop role doctored")


@of_rls
async def test_a_login_that_may_become_nobody_is_told_with_the_grant(
    look: Look, sql: Sql, login: str
) -> None:
    await sql.execute("grant anon to doctored")

    said = await look(DATABASE_URL=login)

    line = said.alone("role")
    assert line.says.startswith("doctored may not become authenticated, service_role")
    assert line.remedy == "grant authenticated, service_role to doctored;  (SQL editor)"
    await sql.execute(line.remedy.partition("  (")[0])
    assert (await look(DATABASE_URL=login)).lines("FAIL") == []


@of_rls
async def test_a_membership_without_the_option_to_set_is_mended(
    look: Look, sql: Sql, login: str
) -> None:
    if await sql.fetchval("select current_setting('server_version_num')::int") < 160000:
        pytest.skip("Postgres 15 has no such option")
    await sql.execute("grant anon, authenticated, service_role to doctored with set false")

    said = await look(DATABASE_URL=login)

    line = said.alone("role")
    assert line.remedy.endswith("to doctored with set true;  (SQL editor)")
    await sql.execute(line.remedy.partition("  (")[0])
    assert (await look(DATABASE_URL=login)).lines("FAIL") == []


@of_rls
async def test_a_login_that_passes_policies_is_a_warning(look: Look, owner_url: str) -> None:
    said = await look(DATABASE_URL=owner_url)

    line = said.alone("role", "warn")
    assert line.says.startswith("postgres is past row level security")
    assert "service_login" in line.remedy
    assert said.lines("FAIL") == []


async def test_more_connections_than_the_database_takes_are_told(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "3")

    said = await look(DATABASE_POOL_SIZE="500", DATABASE_MAX_OVERFLOW="9")

    line = said.alone("limits")
    assert line.says.startswith("3 x (500 + 9 + 1) = 1530 connections, but")
    assert "lower DATABASE_POOL_SIZE" in line.remedy


async def test_fewer_free_connections_than_may_be_wanted_are_a_warning(
    look: Look, sql: Sql
) -> None:
    free = await sql.fetchval(
        "select current_setting('max_connections')::int"
        " - sum(setting::int) filter (where name like '%reserved_connections') from pg_settings"
    )

    said = await look(DATABASE_POOL_SIZE=str(free - 1), DATABASE_MAX_OVERFLOW="0")

    line = said.alone("limits", "warn")
    assert line.says.startswith(f"1 x ({free - 1} + 0 + 1) = {free} connections, but of the")
    assert "pg_stat_activity" in line.remedy


async def test_a_limit_of_the_login_counts(look: Look, sql: Sql) -> None:
    name = await sql.fetchval("select current_database()")
    await sql.execute(f"alter database {name} connection limit 6")

    said = await look()

    assert said.alone("limits").says.endswith("the database takes 6")


async def test_a_database_far_away_costs_what_is_told(look: Look, database_url: str) -> None:
    url = make_url(database_url)
    async with proxy("127.0.0.1", url.port or 0, delay=0.03) as network:
        far = url.set(port=network.port).render_as_string(hide_password=False)
        said = await look(DATABASE_URL=far)

    line = said.alone("region", "warn")
    measured = float(line.says.split()[7])
    assert 60 <= measured < 300
    assert f"3 of them, {measured * 3:.0f}"[:11] in line.says
    assert said.lines("FAIL") == []


async def test_a_pooler_that_is_set_as_direct_is_told(look: Look, owner_url: str) -> None:
    async with pgbouncer(owner_url) as bouncer:
        said = await look(DATABASE_URL=bouncer.url, DATABASE_POOLING_MODE="direct")

    assert "a pooler in transaction mode answers" in said.alone("mode").says
    assert said["mode"].remedy == "DATABASE_POOLING_MODE=transaction"


async def test_a_pooler_that_is_full_after_one_login_is_not_asked_again(
    look: Look, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with supavisor(owner_url) as pooler:
        admit = pooler.admit

        def admit_once(wishes: dict[str, str]) -> None:
            admit(wishes)
            pooler.refuse = "EMAXCONN"

        monkeypatch.setattr(pooler, "admit", admit_once)
        said = await look(DATABASE_URL=pooler.url, DATABASE_POOLING_MODE="session")

    assert said["mode"].says == "session mode, behind a pooler"
    assert said.lines("FAIL") == []


async def test_a_pooler_that_keeps_sessions_is_well(look: Look, owner_url: str) -> None:
    async with pgbouncer(owner_url, mode="session") as bouncer:
        said = await look(DATABASE_URL=bouncer.url, DATABASE_POOLING_MODE="session")

    assert said["mode"].says == "session mode, behind a pooler that keeps sessions"
    assert said.lines("FAIL") == []
