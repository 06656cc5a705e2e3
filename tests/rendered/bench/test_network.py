"""The bench is honest of networks: flights, delay, silence and cuts."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest
from tests.rendered.bench.clients import client, network_before, reach, seconds


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
        large = "select repeat('x', 1000) from generate_series(1, 10000)"
        assert await seconds(lambda: connection.execute("select 1")) < 0.05

        network.delay = 0.05
        assert 0.1 < await seconds(lambda: connection.execute("select 1")) < 0.15
        assert 0.1 < await seconds(lambda: connection.execute(large)) < 0.3


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


async def test_who_cannot_reach_the_server_is_told_at_once(database_url: str) -> None:
    async with AsyncExitStack() as up:
        _, url = await up.enter_async_context(network_before(database_url))
        async with network_before(url) as (_, url_before):
            await up.aclose()

            with pytest.raises((OSError, asyncpg.PostgresConnectionError)):
                await reach(url_before)
