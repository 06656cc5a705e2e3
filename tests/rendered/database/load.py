"""Eight clients that write memos while something goes away and comes back."""

from __future__ import annotations

import asyncio
import time

from httpx import AsyncClient

WELL_WITHIN = 15
"""Seconds, on a busy machine too: half as long as a refused login is not tried again."""


async def write(client: AsyncClient, title: str = "milk") -> int:
    """Write a memo; an answer other than success says when to come again."""
    answer = await client.post("/memos", json={"title": title})
    if answer.status_code != 201:
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"]
    return answer.status_code


async def under_load(client: AsyncClient, seconds: float, title: str = "milk") -> list[int]:
    """Write from eight clients for a while."""
    until = time.monotonic() + seconds
    statuses: list[int] = []

    async def one_client() -> None:
        while time.monotonic() < until:
            statuses.append(await write(client, title))
            await asyncio.sleep(0.01)

    await asyncio.gather(*(one_client() for _ in range(8)))
    return statuses


async def is_well(client: AsyncClient) -> bool:
    """Tell whether ten writes in a row succeed before the time is over."""
    until = time.monotonic() + WELL_WITHIN
    successes = 0
    while successes < 10:
        if time.monotonic() > until:
            return False
        successes = successes + 1 if await write(client) == 201 else 0
    return True
