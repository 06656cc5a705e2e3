"""The bench is honest: what it says of poolers and networks is so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from struct import pack
from time import perf_counter

import asyncpg
import psutil
import pytest
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer
from tests.rendered.bench.pooled import REF, USER
from tests.rendered.bench.proxy import Proxy, proxy
from tests.rendered.bench.refusals import REFUSALS
from tests.rendered.bench.supavisor import Supavisor, supavisor
from tests.rendered.bench.wire import IDLE, VERSION_3, message, read, texts

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


async def test_supavisor_ignores_start_up_parameters_and_gives_all_one_name(
    database_url: str,
) -> None:
    ours = {"jit": "off", "application_name": "ours"}
    async with supavisor(database_url) as pooler:
        async with client(pooler.url, server_settings=ours) as connection:
            assert await connection.fetchval("show jit") == "on"
            assert await connection.fetchval("show application_name") == "Supavisor"

        with pytest.raises(asyncpg.PostgresError, match="ESTARTUPMESSAGE"):
            await asyncpg.connect(pooler.url, server_settings={"application_name": ""})


@pytest.mark.parametrize("name", REFUSALS)
async def test_supavisor_refuses_in_its_own_words(database_url: str, name: str) -> None:
    async with supavisor(database_url) as pooler:
        pooler.refuse = name
        with pytest.raises(asyncpg.PostgresError) as refused:
            await reach(pooler.url)

        pooler.refuse = None
        await reach(pooler.url)

    assert (str(refused.value), refused.value.sqlstate) == REFUSALS[name]
    assert pooler.logins == 2


@pytest.mark.parametrize(
    ("name", "user", "password", "database"),
    [
        ("ENOIDENTIFIER", "postgres", None, None),
        ("ENOTFOUND", "postgres.elsewhere", None, None),
        ("EAUTHQUERY", f"app.{REF}", None, None),
        ("password", None, "wrong", None),
        ("database", None, None, "elsewhere"),
    ],
)
async def test_supavisor_refuses_who_is_wrong(
    database_url: str, name: str, user: str | None, password: str | None, database: str | None
) -> None:
    async with supavisor(database_url) as pooler:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await asyncpg.connect(pooler.url, user=user, password=password, database=database)

    assert str(refused.value) == REFUSALS[name].text


async def test_a_lost_beginning_ends_the_connection_before_postgres_hears_of_it(
    database_url: str,
) -> None:
    async with supavisor(database_url) as pooler, client(pooler.url) as connection:
        pooler.lose_begin = 1

        with pytest.raises(asyncpg.ConnectionDoesNotExistError, match="ECHECKOUTRETRIES") as lost:
            await connection.execute("begin")

        assert isinstance(lost.value.__cause__, asyncpg.InternalServerError)
        assert connection.is_closed()
        assert pooler.lost == 1
        assert await pooler.states() == ["idle"]


async def test_who_waits_too_long_for_a_server_connection_is_told_so(database_url: str) -> None:
    async with (
        supavisor(database_url, pool_size=1) as pooler,
        client(pooler.url) as first,
        client(pooler.url) as second,
    ):
        pooler.checkout_timeout = 0.1
        await first.execute("begin")

        with pytest.raises(asyncpg.PostgresConnectionError, match=r"ECHECKOUTTIMEOUT.* 100ms"):
            await second.execute("select 1")

        await first.execute("commit")


async def test_supavisor_takes_a_server_connection_back_at_the_first_idle(
    database_url: str,
) -> None:
    """Two questions in one flight: the second answer reaches nobody."""
    url = make_url(database_url)
    async with supavisor(database_url, pool_size=1) as pooler:
        reader, writer = await asyncio.open_connection("127.0.0.1", pooler.port)
        hello = texts("user", USER, "database", str(url.database), "")
        writer.write(message(b"", pack("!i", VERSION_3) + hello))
        writer.write(message(b"p", texts(str(url.password))))
        while await read(reader) != IDLE:
            pass

        question = message(b"Q", texts("select pg_sleep(0.02)"))
        writer.write(question + question)
        while await read(reader) != IDLE:
            pass
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await read(reader)

        writer.write(question)
        while await read(reader) != IDLE:
            pass
        writer.close()


async def test_clients_log_in_while_postgres_is_down_and_fail_at_their_first_query(
    database_url: str,
) -> None:
    async with AsyncExitStack() as up:
        _, url = await up.enter_async_context(network_before(database_url))
        async with supavisor(url) as pooler:
            await up.aclose()

            async with client(pooler.url) as connection:
                with pytest.raises(asyncpg.PostgresConnectionError, match="econnrefused"):
                    await connection.execute("select 1")


async def test_a_simple_query_is_one_flight(database_url: str) -> None:
    async with network_before(database_url) as (network, url), client(url) as connection:
        assert network.connections == 1
        assert network.flights == 3  # hello, and two for SCRAM

        network.reset()
        await connection.execute("select 1")
        assert network.flights == 1
        await connection.execute("begin; select 1; commit")
        assert network.flights == 2
        assert network.connections == 0


async def test_the_delay_is_paid_in_each_direction_and_not_by_size(database_url: str) -> None:
    async with network_before(database_url) as (network, url), client(url) as connection:
        assert await seconds(connection.execute("select 1")) < 0.05

        network.delay = 0.05
        assert 0.1 < await seconds(connection.execute("select 1")) < 0.15
        large = connection.execute("select repeat('x', 1000) from generate_series(1, 10000)")
        assert 0.1 < await seconds(large) < 0.3


async def test_a_swallowed_connection_stays_silent_and_new_ones_work(database_url: str) -> None:
    async with network_before(database_url) as (network, url), client(url) as connection:
        network.swallow = True
        with pytest.raises(TimeoutError):
            await connection.execute("select 1", timeout=0.1)
        with pytest.raises(TimeoutError):
            await asyncpg.connect(url, timeout=0.1)
        network.swallow = False

        with pytest.raises(TimeoutError):
            await connection.execute("select 1", timeout=0.1)
        await reach(url)
        connection.terminate()


async def test_a_cut_ends_what_is_under_way(database_url: str) -> None:
    async with network_before(database_url) as (network, url), client(url) as connection:
        query = asyncio.create_task(connection.execute("select pg_sleep(10)"))
        await asyncio.sleep(0.05)

        await network.cut()

        with pytest.raises((OSError, asyncpg.PostgresConnectionError)):
            await query
        await reach(url)


async def test_nothing_of_the_bench_outlives_its_block(database_url: str) -> None:
    before, children = asyncio.all_tasks(), psutil.Process().children()

    for run in (supavisor, pgbouncer):
        async with network_before(database_url) as (_, url), run(url) as pooler:
            left_open = await asyncpg.connect(pooler.url, statement_cache_size=0)
            await left_open.execute("begin")
        left_open.terminate()

    assert asyncio.all_tasks() == before
    assert psutil.Process().children() == children


async def test_who_cannot_reach_the_server_is_told_at_once(database_url: str) -> None:
    async with AsyncExitStack() as up:
        _, url = await up.enter_async_context(network_before(database_url))
        async with network_before(url) as (_, url_before):
            await up.aclose()

            with pytest.raises((OSError, asyncpg.PostgresConnectionError)):
                await reach(url_before)


@asynccontextmanager
async def client(
    url: str, server_settings: dict[str, str] | None = None
) -> AsyncGenerator[asyncpg.Connection[asyncpg.Record]]:
    """Connect as one does to a pooler: without named statements."""
    connection = await asyncpg.connect(url, statement_cache_size=0, server_settings=server_settings)
    yield connection
    await connection.close()


async def reach(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=2)
    await connection.close()


@asynccontextmanager
async def network_before(database_url: str) -> AsyncGenerator[tuple[Proxy, str]]:
    url = make_url(database_url)
    async with proxy(str(url.host), int(url.port or 0)) as network:
        yield network, url.set(port=network.port).render_as_string(hide_password=False)


async def seconds(work: Awaitable[object]) -> float:
    start = perf_counter()
    await work
    return perf_counter() - start
