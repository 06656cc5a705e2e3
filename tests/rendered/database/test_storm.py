"""Two hundred people on one server connection, a third of whom leave in the middle of something.

Nobody ever sees a row of somebody else, and nothing of anybody stays on the connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer
from tests.rendered.database.storm import PEOPLE, Storm, router

from my_supabase_service.supabase.database import begin as begin_room

REQUESTS = {"service_login": 2000, "postgres": 1000}
"""As whom the service logs in."""

LEFT = "select current_user, current_setting('request.jwt.claims', true)"


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
    """Each with three memos to be seen by nobody else."""
    await sql.execute("insert into auth.users (id) select unnest($1::uuid[])", PEOPLE)
    await sql.execute(
        "insert into memos (owner_id, title) select unnest($1::uuid[]), 'mine'"
        " from generate_series(1, 3)",
        PEOPLE,
    )
    return PEOPLE


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
    """A third client, which leaves all of that now and then."""
    left: Counter[str] = Counter()

    async def poison(connection: asyncpg.Connection[asyncpg.Record]) -> None:
        await connection.execute("; ".join(POISON))
        left["poison"] += 1

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
    return Storm([client, server], token)


async def test_nobody_sees_a_row_of_somebody_else_and_nothing_stays(
    storm: Storm,
    neighbour: Counter[str],
    poisoner: Counter[str],
    alice: AsyncClient,
    login_url: str,
) -> None:
    requests = REQUESTS[make_url(login_url).username or ""]
    logging.disable()  # of what is injected
    await storm.run(requests)
    logging.disable(logging.NOTSET)

    print(f"storm: {storm.left} left, {dict(storm.statuses)}")  # noqa: T201
    print(f"storm: the neighbour found {dict(neighbour)}")  # noqa: T201
    assert storm.wrong == []
    assert storm.left > requests / 10
    expected = {"error": {500}, "sql-error": {422}, "write": {201}}
    assert all(status in expected.get(kind, {200}) for kind, status in storm.statuses)
    assert poisoner["poison"] > 10
    assert neighbour["no role"] > 10
    assert neighbour["a role"] == neighbour["claims"] == 0
    for _ in range(3):
        assert (await alice.get("/memos")).status_code == 200


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
