"""Slots that are held for long: nobody holds them all, alone or with a few others."""

from __future__ import annotations

import asyncio
import gc
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from local.people import ALICE

from my_supabase_service.supabase.database.engine import export_shares
from my_supabase_service.supabase.http.errors import Unavailable
from my_supabase_service.supabase.http.shares import Shares
from my_supabase_service.supabase.storage.bucket import Bucket, Download
from my_supabase_service.supabase.storage.client import TRANSFERS, TRANSFERS_EACH

REFUSAL = "Too many."


async def held(stack: AsyncExitStack, shares: Shares, owner: object) -> bool:
    """Tell whether *owner* got another slot."""
    try:
        await stack.enter_async_context(shares.slot(owner, REFUSAL))
    except Unavailable:
        return False
    return True


@pytest.mark.parametrize(
    ("connections", "each", "total"),
    [(1, 1, 1), (2, 1, 1), (3, 1, 1), (4, 1, 2), (7, 1, 3), (8, 2, 4), (10, 2, 5), (100, 25, 50)],
)
async def test_exports_never_take_more_than_half_of_a_pool_and_one_user_a_quarter(
    connections: int, each: int, total: int
) -> None:
    shares = export_shares(connections)
    async with AsyncExitStack() as stack:
        assert [await held(stack, shares, "alice") for _ in range(200)].count(True) == each
        others = [await held(stack, shares, number) for number in range(200)]
        assert others.count(True) == total - each
        assert not await held(stack, shares, "bob")
    async with AsyncExitStack() as stack:
        assert await held(stack, shares, "bob")


async def test_who_waits_gets_what_becomes_free_in_turn() -> None:
    shares = Shares(2, 1, timeout=30)
    order: list[str] = []

    async def use(owner: str) -> None:
        async with shares.slot(owner, REFUSAL):
            order.append(owner)
            await asyncio.sleep(0.02)

    await asyncio.gather(*map(use, ["alice", "alice", "alice", "bob", "carol"]))

    assert order[:2] == ["alice", "bob"]
    assert order.index("carol") < 4
    assert order.count("alice") == 3


async def test_whoever_gives_up_waiting_holds_nothing() -> None:
    shares = Shares(1, 1, timeout=0.3)
    async with shares.slot("alice", REFUSAL):
        waiting = [asyncio.create_task(use(shares, owner)) for owner in ("alice", "bob")]
        await asyncio.sleep(0.01)
        waiting[1].cancel()
        assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [
            Unavailable,
            asyncio.CancelledError,
        ]
    await asyncio.gather(use(shares, "alice"), use(shares, "bob"))


async def use(shares: Shares, owner: str) -> None:
    async with shares.slot(owner, REFUSAL):
        pass


async def test_a_time_out_of_what_is_done_with_a_slot_is_not_a_refusal() -> None:
    shares = Shares(1, 1)
    with pytest.raises(TimeoutError):
        async with shares.slot("alice", REFUSAL), asyncio.timeout(0.01):
            await asyncio.sleep(1)
    await use(shares, "bob")


async def test_owners_are_forgotten() -> None:
    shares = Shares(10, 1)
    for _ in range(1000):
        await use(shares, str(uuid4()))
    gc.collect()

    assert len(shares._owned) == 0  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
async def many_memos(sql: asyncpg.Connection[asyncpg.Record]) -> list[UUID]:
    """Twelve users, each with more memos than fit into what lies between them and the database."""
    users = [uuid4() for _ in range(12)]
    await sql.executemany("insert into auth.users (id) values ($1)", [(user,) for user in users])
    await sql.execute(
        "insert into memos (owner_id, title, body)"
        " select id, n::text, repeat('x', 8000) from auth.users, generate_series(1, 1000) n"
        " where email is null"
    )
    return users


async def test_twelve_users_with_two_slow_readers_each_leave_half_of_the_pool(
    server: AsyncClient, token: Any, many_memos: list[UUID]
) -> None:
    async with AsyncExitStack() as stack:

        async def read_slowly(user: UUID) -> Response:
            headers = {"Authorization": f"Bearer {token(user)}"}
            return await stack.enter_async_context(
                server.stream("GET", "/memos/export", headers=headers)
            )

        answers = [await read_slowly(user) for user in many_memos for _ in range(2)]

        assert [answer.status_code for answer in answers].count(200) == 5
        others = await asyncio.gather(*(server.get("/memos") for _ in range(20)))
        assert {answer.status_code for answer in others} == {200}


async def test_sixty_slow_downloads_of_one_user_hold_up_nobody_elses(
    app: FastAPI, state: Any, alice: AsyncClient, bob: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    for client in (alice, bob):
        await client.post("/files?upsert=true", files={"file": ("slow.txt", b"x")})
    storage = state["storage"]
    monkeypatch.setattr(storage._transfers, "_timeout", 0.2)  # noqa: SLF001
    bucket = bucket_of(storage, alice)
    opened = await asyncio.gather(
        *(bucket.download(f"{ALICE}/slow.txt", {}) for _ in range(TRANSFERS)),
        return_exceptions=True,
    )
    downloads = [each for each in opened if isinstance(each, Download)]
    try:
        assert len(downloads) == TRANSFERS_EACH
        assert (await alice.get("/files/slow.txt?inline=true")).status_code == 503
        assert (await bob.get("/files/slow.txt?inline=true")).content == b"x"
        sent = {"file": ("slow.txt", b"y")}
        assert (await bob.post("/files?upsert=true", files=sent)).status_code == 201
    finally:
        for each in downloads:
            await each.aclose()
    assert (await alice.get("/files/slow.txt?inline=true")).content == b"x"


def bucket_of(storage: Any, client: AsyncClient) -> Bucket:
    """Open the bucket as the service does for *client*, which is Alice's."""
    key = storage.settings.supabase_publishable_key.get_secret_value()
    headers = {"apikey": key, "Authorization": client.headers["Authorization"]}
    return Bucket(storage, storage.settings.storage_bucket, headers, owner=ALICE)
