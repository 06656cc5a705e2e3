"""Two hundred people on one server connection, a third of whom leave in the middle of something.

Nobody ever sees a row of somebody else, and nothing of anybody stays on the connection.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any
from uuid import UUID, uuid5

import asyncpg
import pytest
from fastapi import APIRouter, Depends, FastAPI
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer

from my_supabase_service.supabase import AppDatabase, CallerSession, CurrentUser
from my_supabase_service.supabase import begin as begin_room
from my_supabase_service.supabase.service import service_session

PEOPLE = [uuid5(UUID(int=0), str(number)) for number in range(200)]
CLIENTS = 64
REQUESTS = 5000

WHO = text(
    "select current_user, auth.uid(), array(select owner_id from notes), cast(:sent as text)"
)
"""Everything that the database shows, without any filter of ours; and a text, there and back."""
TEXT = "Zoë ✓"
LEFT = "select current_user, current_setting('request.jwt.claims', true)"

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


@pytest.fixture
def pool_size() -> int:
    return 1


@pytest.fixture(params=["service_login", "postgres"])
def login_url(request: pytest.FixtureRequest, database_url: str, owner_url: str) -> str:
    """The service's own login, and the one that bypasses every policy unless told otherwise."""
    url = {"service_login": database_url, "postgres": owner_url}[request.param]
    assert make_url(url).username == request.param
    return url


@pytest.fixture
async def bouncer(login_url: str, pool_size: int) -> AsyncGenerator[PgBouncer]:
    async with pgbouncer(login_url, pool_size=pool_size) as bouncer:
        yield bouncer


@pytest.fixture
def settings(settings: Any, bouncer: PgBouncer) -> Any:
    changes = {
        "database_url": SecretStr(bouncer.url),
        "database_pooling_mode": "transaction",
        "database_pool_timeout": 30.0,
    }
    return settings.model_copy(update=changes)


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    app.include_router(router)
    return app


@pytest.fixture
async def people(sql: asyncpg.Connection[asyncpg.Record]) -> list[UUID]:
    """Each with three notes to be seen by nobody else."""
    await sql.execute("insert into auth.users (id) select unnest($1::uuid[])", PEOPLE)
    await sql.execute(
        "insert into notes (owner_id, title) select unnest($1::uuid[]), 'mine'"
        " from generate_series(1, 3)",
        PEOPLE,
    )
    return PEOPLE


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
                        "/notes", json={"title": "mine"}, headers=self.headers[person]
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


@pytest.fixture
async def neighbour(bouncer: PgBouncer, login_url: str) -> AsyncGenerator[Counter[str]]:
    """Another client of the pooler, which brings nothing of its own and notes what it finds."""
    found: Counter[str] = Counter()
    login = make_url(login_url).username

    async def look(connection: asyncpg.Connection[asyncpg.Record]) -> None:
        [[role, claims]] = await connection.fetch(LEFT)
        found["no role" if role == login else "a role"] += 1
        found["claims" if claims else "no claims"] += 1

    async with again_and_again(bouncer, look, every=0.05):
        yield found


POISON = (
    *(
        f"select set_config('request.jwt.claim.{name}', '{value}', false)"
        for name, value in {
            "sub": str(PEOPLE[0]),
            "role": "service_role",
            "email": "bob@example.com",
        }.items()
    ),
    f"""select set_config('request.jwt.claim', '{{"sub":"{PEOPLE[0]}"}}', false)""",
    "set client_encoding = latin1",
    "set search_path = pg_catalog",
    "set row_security = off",
)
"""What decides who somebody is and what a text means, unless it is reset."""


@pytest.fixture
async def poisoner(bouncer: PgBouncer) -> AsyncGenerator[Counter[str]]:
    """A third client, which leaves something of that now and then."""
    left: Counter[str] = Counter()

    async def poison(connection: asyncpg.Connection[asyncpg.Record]) -> None:
        for statement in POISON:
            await connection.execute(statement)
            left[statement] += 1

    async with again_and_again(bouncer, poison, every=0.1):
        yield left


@asynccontextmanager
async def again_and_again(
    bouncer: PgBouncer,
    do: Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[None]],
    *,
    every: float,
) -> AsyncGenerator[None]:
    """Be another client of the pooler for a moment, *every* so many seconds."""

    async def come_and_go() -> None:
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(bouncer.url, statement_cache_size=0)
                try:
                    await do(connection)
                finally:
                    connection.terminate()
            await asyncio.sleep(every)

    coming = asyncio.create_task(come_and_go())
    yield
    coming.cancel()
    with suppress(asyncio.CancelledError):
        await coming


@pytest.fixture
async def storm(
    client: AsyncClient, server: AsyncClient, people: list[UUID], token: Callable[[UUID], str]
) -> Storm:
    """Half of the requests are cancelled in the process, half disconnect from a socket."""
    assert people
    client.timeout = server.timeout = 60
    client.timeout = server.timeout = 60
    return Storm([client, server], token)


async def test_nobody_sees_a_row_of_somebody_else_and_nothing_stays(
    storm: Storm,
    neighbour: Counter[str],
    poisoner: Counter[str],
    bouncer: PgBouncer,
    alice: AsyncClient,
) -> None:
    logging.disable()  # of what is injected
    await storm.run(REQUESTS)
    logging.disable(logging.NOTSET)

    print(f"storm: {storm.left} left, {dict(storm.statuses)}, {bouncer.crashes} crashes")  # noqa: T201
    print(f"storm: the neighbour found {dict(neighbour)}")  # noqa: T201
    assert storm.wrong == []
    assert storm.left > REQUESTS / 10
    expected = {"error": {500}, "sql-error": {422}, "write": {201}}
    assert all(status in expected.get(kind, {200}) for kind, status in storm.statuses)
    assert min(poisoner[statement] for statement in POISON) > 10
    assert neighbour["no role"] > 10
    assert neighbour["a role"] == neighbour["claims"] == 0
    for _ in range(3):
        assert (await alice.get("/notes")).status_code == 200


async def test_state_that_outlives_its_transaction_would_be_found(
    storm: Storm, neighbour: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same storm with settings of the session instead of the transaction."""
    local = begin_room.opening

    def not_local(begin: str, state: Mapping[str, str]) -> str:
        return local(begin, state).replace(",true)", ",false)")

    monkeypatch.setattr(begin_room, "opening", not_local)

    await storm.run(500)

    assert neighbour["a role"] > 0
    assert neighbour["claims"] > 0
