"""Whatever is down, a request is answered in time."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.ports import free_port
from tests.rendered.bench.proxy import proxy
from tests.rendered.bench.supavisor import supavisor

POOL_TIMEOUT = 1.5
GRACE = 2


async def nobody_listens(_stack: AsyncExitStack, _database_url: str) -> int:
    return free_port()


async def nobody_accepts(stack: AsyncExitStack, _database_url: str) -> int:
    """A host that swallows whatever is sent to it."""
    listener = stack.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for _ in range(3):
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)  # noqa: FBT003  # the socket's own signature
        waiting.connect_ex(listener.getsockname())
    return int(listener.getsockname()[1])


async def the_network_swallows(stack: AsyncExitStack, database_url: str) -> int:
    network = await stack.enter_async_context(proxy("127.0.0.1", make_url(database_url).port or 0))
    network.swallow = True
    return network.port


async def every_login_takes_long(stack: AsyncExitStack, database_url: str) -> int:
    port = make_url(database_url).port or 0
    network = await stack.enter_async_context(proxy("127.0.0.1", port, delay=0.6))
    return network.port


async def a_saturated_pooler(stack: AsyncExitStack, database_url: str) -> int:
    bouncer = await stack.enter_async_context(
        pgbouncer(database_url, pool_size=1, extra={"query_wait_timeout": 60})
    )
    return await _hog(stack, bouncer)


async def a_saturated_supavisor(stack: AsyncExitStack, database_url: str) -> int:
    pooler = await stack.enter_async_context(supavisor(database_url, pool_size=1))
    pooler.checkout_timeout = 60
    return await _hog(stack, pooler)


async def _hog(stack: AsyncExitStack, pooler: Any) -> int:
    hog = await asyncpg.connect(pooler.url, statement_cache_size=0)
    stack.callback(hog.terminate)
    await hog.execute("begin")
    return int(pooler.port)


async def a_pooler_that_loses_every_beginning(stack: AsyncExitStack, database_url: str) -> int:
    pooler = await stack.enter_async_context(supavisor(database_url))
    pooler.lose_begin = 1
    return pooler.port


OUTAGES = [
    nobody_listens,
    nobody_accepts,
    the_network_swallows,
    every_login_takes_long,
    a_saturated_pooler,
    a_saturated_supavisor,
    a_pooler_that_loses_every_beginning,
]


class TestInAnOutage:
    @pytest.fixture(params=OUTAGES, ids=lambda outage: outage.__name__)
    async def settings(
        self, request: pytest.FixtureRequest, settings: Any, database_url: str
    ) -> AsyncGenerator[Any]:
        async with AsyncExitStack() as stack:
            port = await request.param(stack, database_url)
            login = "postgres.abcdefghijklmnopqrst"
            url = make_url(database_url).set(username=login, port=port)
            changes = {
                "database_url": SecretStr(url.render_as_string(hide_password=False)),
                "database_pooling_mode": "transaction",
                "database_pool_timeout": POOL_TIMEOUT,
            }
            yield settings.model_copy(update=changes)

    async def test_a_cold_process_answers_everybody_in_time(self, alice: AsyncClient) -> None:
        """Twelve and more at once, so some wait for a turn; then again, no longer cold."""
        for _ in range(2):
            asked = [_timed(alice, path) for path in ["/memos"] * 16 + ["/health/ready"] * 2]
            answers = await asyncio.gather(*asked)

            assert {status for status, _ in answers} == {503}
            slowest = max(seconds for _, seconds in answers)
            print(f"answered after {slowest:.2f} s at the most")  # noqa: T201
            assert slowest < POOL_TIMEOUT + GRACE


async def _timed(client: AsyncClient, path: str) -> tuple[int, float]:
    began = time.monotonic()
    answer = await client.get(path)
    return answer.status_code, time.monotonic() - began
