"""The bench is honest of poolers: what both do, and what only PgBouncer does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import psutil
import pytest
from tests.rendered.bench.clients import client, network_before, reach
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer
from tests.rendered.bench.supavisor import Supavisor, supavisor

RunPooler = Callable[..., AbstractAsyncContextManager[PgBouncer | Supavisor]]


@pytest.fixture(params=[pgbouncer, supavisor])
def run_pooler(request: pytest.FixtureRequest) -> RunPooler:
    """What both do."""
    return request.param


async def test_the_defaults_of_asyncpg_fail(run_pooler: RunPooler, database_url: str) -> None:
    """Named statements stay on a server connection that the next client does not get."""

    async def use(url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            for _ in range(10):
                await connection.fetchval("select $1::int", 1)
        finally:
            await connection.close()

    async with run_pooler(database_url) as pooler:
        uses = [use(pooler.url) for _ in range(16)]
        outcomes = await asyncio.gather(*uses, return_exceptions=True)

    assert any("prepared statement" in str(outcome) for outcome in outcomes)


async def test_session_state_goes_from_client_to_client(
    run_pooler: RunPooler, database_url: str
) -> None:
    async with run_pooler(database_url, pool_size=1) as pooler, client(pooler.url) as neighbour:
        async with client(pooler.url) as poisoner:
            await poisoner.execute("set search_path to poisoned")

        assert await neighbour.fetchval("show search_path") == "poisoned"


async def test_a_pooler_tells_what_its_server_connections_do(
    run_pooler: RunPooler, database_url: str
) -> None:
    async with run_pooler(database_url) as pooler, client(pooler.url) as connection:
        await connection.execute("begin")
        assert "idle in transaction" in await pooler.states()

        await connection.execute("commit")
        assert {*await pooler.states()} == {"idle"}


async def test_who_leaves_in_a_transaction_leaves_none_behind(
    run_pooler: RunPooler, owner_url: str
) -> None:
    async with run_pooler(owner_url, pool_size=1) as pooler:
        async with client(pooler.url) as connection:
            await connection.execute("begin; create table public.left_behind ()")
            connection.terminate()

        async with client(pooler.url) as connection:
            there = await connection.fetchval("select to_regclass('public.left_behind')")
            assert there is None
            assert "idle in transaction" not in await pooler.states()


async def test_a_cancel_reaches_the_query_that_it_means(
    run_pooler: RunPooler, database_url: str
) -> None:
    async with run_pooler(database_url) as pooler, client(pooler.url) as connection:
        await connection.execute("begin")
        with pytest.raises(TimeoutError):
            await connection.execute("select pg_sleep(10)", timeout=0.1)

        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await connection.execute("select 1")


async def test_pgbouncer_refuses_start_up_parameters(database_url: str) -> None:
    async with pgbouncer(database_url) as bouncer:
        with pytest.raises(asyncpg.PostgresError, match="unsupported startup parameter: jit"):
            await asyncpg.connect(bouncer.url, server_settings={"jit": "off"})


async def test_a_restart_of_pgbouncer_ends_its_clients_and_keeps_its_port(
    database_url: str,
) -> None:
    async with pgbouncer(database_url) as bouncer, client(bouncer.url) as before:
        await bouncer.restart()

        assert before.is_closed()
        await reach(bouncer.url)
        await bouncer.stop()
        with pytest.raises(OSError, match="Connect call failed"):
            await reach(bouncer.url)
        assert bouncer.crashes == 0


async def test_pgbouncer_is_started_again_when_it_dies_and_says_so(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    others = set(psutil.Process().children())
    async with pgbouncer(database_url) as bouncer:
        [process] = set(psutil.Process().children()) - others

        process.kill()
        while not bouncer.crashes:
            await asyncio.sleep(0.01)
        await reach(bouncer.url)

    assert "died by itself (-9)" in capsys.readouterr().out


async def test_the_missing_pgbouncer_is_a_failure_that_says_what_to_install(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: str, **__: str) -> None: ...

    monkeypatch.setattr("shutil.which", nowhere)

    with pytest.raises(RuntimeError, match="apt-get install pgbouncer"):
        async with pgbouncer(database_url):
            pass


async def test_nothing_of_the_bench_outlives_its_block(database_url: str) -> None:
    before, children = asyncio.all_tasks(), psutil.Process().children()

    for run in (supavisor, pgbouncer):
        async with network_before(database_url) as (_, url), run(url) as pooler:
            left_open = await asyncpg.connect(pooler.url, statement_cache_size=0)
            await left_open.execute("begin")
        left_open.terminate()

    assert asyncio.all_tasks() == before
    assert psutil.Process().children() == children
