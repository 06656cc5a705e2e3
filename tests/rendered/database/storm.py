"""What the people of the storm ask for, and what each of them saw."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from my_supabase_service.supabase import AppDatabase, CallerSession, CurrentUser
from my_supabase_service.supabase.database.service import service_session

PEOPLE = [uuid5(UUID(int=0), str(number)) for number in range(200)]
CLIENTS = 64

WHO = text(
    "select current_user, auth.uid(), array(select owner_id from memos), cast(:sent as text)"
)
"""Everything that the database shows, without any filter of ours; and a text, there and back."""
TEXT = "Zoë ✓"

Found = tuple[str, str | None, list[str]]
ServiceSession = Annotated[AsyncSession, Depends(service_session(reason="the storm mixes it in"))]

router = APIRouter(prefix="/storm")


async def look(session: AsyncSession) -> Found:
    role, who, owners, back = (await session.execute(WHO, {"sent": TEXT})).one()
    assert back == TEXT
    return role, str(who) if who else None, sorted({str(owner) for owner in owners})


@router.get("/once")
async def once(session: CallerSession) -> Found:
    return await look(session)


@router.get("/again")
async def again(session: CallerSession) -> Found:
    """After a commit, a rollback, and a savepoint that was undone."""
    await session.execute(text("select 1"))
    await session.commit()
    await session.execute(text("select 1"))
    await session.rollback()
    async with session.begin_nested() as savepoint:
        await session.execute(text("select 1"))
        await savepoint.rollback()
    return await look(session)


@router.get("/error")
async def error(session: CallerSession) -> Found:
    found = await look(session)
    raise RuntimeError(f"injected after {found[0]} had looked")


@router.get("/sql-error")
async def sql_error(session: CallerSession) -> Found:
    await session.execute(text("select 1/0"))
    return await look(session)


@router.get("/slow")
async def slow(session: CallerSession) -> Found:
    await session.execute(text("select pg_sleep(0.01)"))
    return await look(session)


@router.get("/service")
async def service(_user: CurrentUser, session: ServiceSession) -> Found:
    return await look(session)


@router.get("/engine")
async def engine(database: AppDatabase) -> Found:
    """Somebody forgot to say for whom."""
    async with database.engine.connect() as connection:
        role, who = (await connection.execute(text("select current_user, auth.uid()"))).one()
        return role, who, []


class Storm:
    """The requests of everybody at once, and what they saw."""

    def __init__(self, clients: list[AsyncClient], token: Callable[[UUID], str]) -> None:
        self.clients = clients
        self.headers = {person: {"Authorization": f"Bearer {token(person)}"} for person in PEOPLE}
        self.random = random.Random(11)  # noqa: S311  # the same storm each time
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.left = 0
        self.wrong: list[tuple[str, Any]] = []

    async def run(self, requests: int) -> None:
        """Send that many requests, from all clients at a time."""
        numbers = iter(range(requests))

        async def one_client(client: AsyncClient) -> None:
            for _ in numbers:
                await self.request(client)

        await asyncio.gather(
            *(one_client(self.clients[n % len(self.clients)]) for n in range(CLIENTS))
        )

    async def request(self, client: AsyncClient) -> None:
        """Send one; a third of them are given up at some moment."""
        person = self.random.choice(PEOPLE)
        kinds = ["once", "again", "error", "sql-error", "slow", "service", "engine", "write"]
        [kind] = self.random.choices(kinds, [30, 15, 5, 5, 10, 10, 10, 15])
        leaves_after = self.random.uniform(0, 0.3) if self.random.random() < 1 / 3 else 60
        try:
            async with asyncio.timeout(leaves_after):
                if kind == "write":
                    answer = await client.post(
                        "/memos", json={"title": "mine"}, headers=self.headers[person]
                    )
                else:
                    answer = await client.get(f"/storm/{kind}", headers=self.headers[person])
        except TimeoutError:
            assert leaves_after < 60, "a request took a minute"
            self.left += 1
            return
        self.statuses[kind, answer.status_code] += 1
        if answer.status_code == 200:
            self.judge(kind, str(person), answer.json())

    def judge(self, kind: str, person: str, found: Any) -> None:
        """Remember what nobody should have seen."""
        role, who, owners = found
        expected = {
            "service": ("service_role", None, len(owners) >= len(PEOPLE)),
            "engine": ("anon", None, owners == []),
        }.get(kind, ("authenticated", person, owners == [person]))
        if (role, who, True) != expected:
            self.wrong.append((kind, found))
