"""An export over a real socket: constant memory, and never a part that looks like the whole."""

from __future__ import annotations

from collections.abc import Callable

import asyncpg
import pytest
from httpx import AsyncClient, RemoteProtocolError
from local.people import BOB
from tests.rendered.bench.others import terminate_others, wait_until_ended

ROWS = 3_000


@pytest.fixture
async def many_memos(sql: asyncpg.Connection[asyncpg.Record]) -> int:
    """More than fits into the buffers between the database and a reader."""
    await sql.execute(
        "insert into memos (owner_id, title, body)"
        f" select id, n::text, repeat('x', 8000) from auth.users, generate_series(1, {ROWS}) n"
        " where email like 'alice@%'"
    )
    return ROWS


async def test_a_whole_export_arrives_and_the_service_goes_on(
    server: AsyncClient, many_memos: int
) -> None:
    async with server.stream("GET", "/memos/export") as answer:
        lines = [line async for line in answer.aiter_lines()]

    assert len(lines) == many_memos
    assert (await server.post("/memos", json={"title": "milk"})).status_code == 201


@pytest.mark.usefixtures("many_memos")
async def test_an_export_whose_database_is_lost_does_not_look_complete(
    server: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    async def read_on() -> None:
        async with server.stream("GET", "/memos/export") as answer:
            async for _ in answer.aiter_raw():
                await terminate_others(sql)

    with pytest.raises(RemoteProtocolError):
        await read_on()


@pytest.mark.usefixtures("many_memos")
async def test_a_reader_that_leaves_frees_its_connection(
    server: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with server.stream("GET", "/memos/export") as answer:
        async for _ in answer.aiter_raw():
            break

    await wait_until_ended(sql)


@pytest.mark.usefixtures("many_memos")
async def test_two_slow_readers_of_one_user_hold_up_nobody_else(
    server: AsyncClient, token: Callable[..., str]
) -> None:
    """Of ten connections one user may export from two, and all together from five."""
    bob = {"Authorization": f"Bearer {token(BOB)}"}
    async with server.stream("GET", "/memos/export"), server.stream("GET", "/memos/export"):
        third = await server.get("/memos/export")
        other = await server.get("/memos/export", headers=bob)

    assert (third.status_code, third.headers["Retry-After"]) == (503, "10")
    assert other.status_code == 200
    assert (await server.get("/memos/export")).status_code == 200


async def test_an_export_that_cannot_begin_has_the_status_of_its_failure(
    server: AsyncClient, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute("alter table memos rename to elsewhere")

    answer = await server.get("/memos/export")

    assert answer.status_code == answer.json()["status"] == 500


async def test_bodies_and_errors_cross_a_real_socket(server: AsyncClient) -> None:
    answer = await server.post("/memos", content=b"x" * 2_000_000)

    assert answer.status_code == 413
    assert (await server.get("/health/ready")).status_code == 200
