"""Readiness under a crowd: the database is asked once for all who wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from tests.rendered.bench.pgbouncer import PgBouncer
from tests.rendered.bench.proxy import Proxy

from my_supabase_service.supabase.http.errors import Unavailable
from my_supabase_service.supabase.http.health import open_readiness

READY = "/health/ready"


@pytest.fixture
def settings(settings: Any, bouncer: PgBouncer, network: Proxy) -> Any:
    url = bouncer.url.replace(f":{bouncer.port}/", f":{network.port}/")
    changes = {"database_url": SecretStr(url), "database_pooling_mode": "transaction"}
    return settings.model_copy(update=changes)


async def crowd(client: AsyncClient, size: int) -> Counter[int]:
    """Ask from everywhere at once, and count the statuses."""
    answers = await asyncio.gather(*(client.get(READY) for _ in range(size)))
    return Counter(answer.status_code for answer in answers)


async def test_six_hundred_at_once_do_not_call_the_database_dead(
    client: AsyncClient, network: Proxy
) -> None:
    """Not even when a query takes as long as to the next continent."""
    network.delay = 0.05

    assert await crowd(client, 600) == {200: 600}
    assert network.connections == 1


async def test_who_leaves_does_not_take_the_answer_of_the_others(
    client: AsyncClient, network: Proxy
) -> None:
    assert await crowd(client, 1) == {200: 1}
    network.delay = 0.1
    first = asyncio.create_task(client.get(READY))
    await asyncio.sleep(0.05)
    others = asyncio.create_task(crowd(client, 10))
    await asyncio.sleep(0.05)
    first.cancel()

    assert await others == {200: 10}


async def test_a_failure_is_everybodys_and_only_for_that_moment(
    client: AsyncClient, bouncer: PgBouncer, network: Proxy
) -> None:
    assert await crowd(client, 10) == {200: 10}
    network.swallow = True
    assert await crowd(client, 10) == {503: 10}
    network.swallow = False

    assert await crowd(client, 10) == {200: 10}
    assert bouncer


async def test_a_first_login_over_a_long_distance_is_ready_at_a_later_look(
    client: AsyncClient, network: Proxy
) -> None:
    """Whoever asks waits two seconds; the login goes on, and is not begun again by the next."""
    network.delay = 0.15
    answers = [await crowd(client, 1)]
    while answers[-1] == {503: 1} and len(answers) < 6:
        answers.append(await crowd(client, 1))

    assert answers[0] == {503: 1}
    assert answers[-1] == {200: 1}
    assert network.connections == 1


async def silent() -> Any:
    await asyncio.sleep(60)


async def refused() -> Any:
    raise Unavailable


@pytest.mark.parametrize("database", [silent, refused])
async def test_nothing_is_left_of_a_question(
    database: Callable[[], Coroutine[Any, Any, Any]],
) -> None:
    """Neither when the database says no while another service is still asked, nor at the end."""
    before = asyncio.all_tasks()
    async with open_readiness(database, {"another": silent}) as readiness:
        asked = asyncio.create_task(readiness.ask())
        await asyncio.sleep(0.1)
        asked.cancel()

    await asyncio.wait([asked])
    assert asked.cancelled() or isinstance(asked.exception(), Unavailable)
    assert asyncio.all_tasks() == before
