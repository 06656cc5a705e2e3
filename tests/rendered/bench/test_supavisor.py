"""The bench is honest of Supavisor: what it does and PgBouncer does not."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from struct import pack

import asyncpg
import pytest
from sqlalchemy import make_url
from tests.rendered.bench.clients import client, network_before, reach
from tests.rendered.bench.pooled import REF, USER
from tests.rendered.bench.refusals import REFUSALS
from tests.rendered.bench.supavisor import supavisor
from tests.rendered.bench.wire import IDLE, VERSION_3, message, read, texts


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
