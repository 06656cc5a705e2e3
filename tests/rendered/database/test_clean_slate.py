"""A transaction begins from a clean slate, whatever another client of the pooler left."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import asyncpg
import pytest
from local.postgres import Postgres
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.poison import grant_settings, poison, settings_of
from tests.rendered.bench.proxy import proxy
from tests.rendered.bench.supavisor import supavisor
from tests.rendered.bench.versions import installed, running, with_login

from my_supabase_service.supabase.database.actor import NOBODY
from my_supabase_service.supabase.database.engine import Database, open_database
from my_supabase_service.supabase.database.transaction import begun, transaction

SPARED = {
    "debug_discard_caches",  # 0, unless Postgres is built for debugging
    "default_table_access_method",  # there is one
    "default_toast_compression",  # the wheel has one
    "log_statement_stats",  # not beside log_parser_stats and the like
}
"""What has no other value that it could be set to."""

IDENTITY = text(
    "select current_user, session_user, auth.uid(), auth.role(), auth.email(), auth.jwt()"
)


# All other proofs of the poolers run on 16, and what it can set, 15 or 17 can set too.
@pytest.fixture(scope="module", params=[each for each in installed() if each != "16"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Postgres]:
    with running(tmp_path_factory.mktemp("versions") / "postgres", request.param) as server:
        yield server


@pytest.fixture(params=["postgres", "service_login"])
async def login_url(request: pytest.FixtureRequest, server: Postgres) -> str:
    """A login that may set all there is to set."""
    service_login = await with_login(server)
    admin = await asyncpg.connect(server.url("supabase_admin"))
    await grant_settings(admin, request.param)
    await admin.close()
    return server.url("postgres") if request.param == "postgres" else service_login


@pytest.fixture(params=[pgbouncer, supavisor])
async def pooled_url(request: pytest.FixtureRequest, login_url: str) -> AsyncGenerator[str]:
    """A pooler with one server connection."""
    pooler: AbstractAsyncContextManager[Any] = request.param(login_url, pool_size=1)
    async with pooler as running_pooler:
        yield running_pooler.url


@pytest.fixture
async def database(settings: Any, pooled_url: str) -> AsyncGenerator[Database]:
    """The service's, behind that pooler."""
    changes = {"database_url": SecretStr(pooled_url), "database_pooling_mode": "transaction"}
    async with open_database(settings.model_copy(update=changes)) as database:
        yield database


async def driver(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


async def test_no_setting_of_another_client_is_in_force(
    database: Database, pooled_url: str, login_url: str
) -> None:
    """Every setting that there is, set to another value by who may set them all."""
    fresh = await asyncpg.connect(login_url)
    async with fresh.transaction():
        expected = await settings_of(fresh)
    neighbour = await asyncpg.connect(pooled_url, statement_cache_size=0)
    spared = await poison(neighbour)
    left = await settings_of(neighbour)
    await neighbour.close()

    async with begun(database.engine, within=5) as connection:
        ours = await driver(connection)
        found = await settings_of(ours)
        brought = {*NOBODY.state(), *ours.state}
        identity = (await connection.execute(IDENTITY)).one()

    assert spared <= SPARED
    assert sum(left[name] != value for name, value in expected.items()) > 130
    differing = {name for name, value in found.items() if value != expected.get(name, "")}
    assert differing <= brought
    login = make_url(login_url).username
    assert identity == (NOBODY.role, login, None, None, None, None)
    await fresh.close()


UMLAUTS = "Zoë – Ω ✓"


def on_port(url: str, port: int) -> str:
    return make_url(url).set(port=port).render_as_string(hide_password=False)


async def reads(database: Database, *, fails: bool = False) -> str:
    """Read a text in a transaction that is committed, or rolled back."""
    found = ""
    with suppress(RuntimeError):
        async with transaction(database, NOBODY) as session:
            found = await session.scalar(text("select cast(:sent as text)"), {"sent": UMLAUTS})
            if fails:
                raise RuntimeError
    return found


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "WIN1252", "EUC_JP", "SJIS"])
async def test_text_is_right_whatever_encoding_another_client_left(
    database: Database, pooled_url: str, encoding: str
) -> None:
    """Also after a rollback, which brings the other client's encoding back and reports it."""
    for fails in (False, True, True, False):
        neighbour = await asyncpg.connect(pooled_url, statement_cache_size=0)
        await neighbour.execute(f"set client_encoding = {encoding}")
        await neighbour.close()

        assert await reads(database, fails=fails) == UMLAUTS
        clean = await asyncpg.connect(pooled_url, statement_cache_size=0)
        await clean.execute("reset client_encoding")
        await clean.close()
        assert await reads(database) == UMLAUTS


@pytest.mark.parametrize("pooler", [pgbouncer, supavisor])
async def test_whose_session_it_is_stays_with_the_login(
    settings: Any, server: Postgres, pooler: Any
) -> None:
    """A superuser's session can be somebody else's, which a role and a reset do not undo."""
    async with pooler(server.url("supabase_admin"), pool_size=1) as pooled:
        neighbour = await asyncpg.connect(pooled.url, statement_cache_size=0)
        await neighbour.execute("set session authorization postgres")
        await neighbour.close()
        changes = {"database_url": SecretStr(pooled.url), "database_pooling_mode": "transaction"}
        async with (
            open_database(settings.model_copy(update=changes)) as database,
            begun(database.engine, within=5) as connection,
        ):
            who = (await connection.execute(IDENTITY)).one()

    assert who[:2] == (NOBODY.role, "supabase_admin")


async def test_cursors_of_another_client_are_closed(database: Database, pooled_url: str) -> None:
    """The driver names its own in the order of their making, so names can be guessed."""
    neighbour = await asyncpg.connect(pooled_url, statement_cache_size=0)
    for number in range(1, 200):
        name = f"__asyncpg_portal_{number:x}__"
        await neighbour.execute(f'declare "{name}" cursor with hold for select 0')
    await neighbour.close()

    async with transaction(database, NOBODY) as session:
        rows = await session.stream(text("select 1 union all select 2"))
        assert [row[0] async for row in rows] == [1, 2]


async def test_the_pooler_has_nothing_to_correct_before_a_transaction(
    settings: Any, database_url: str
) -> None:
    """PgBouncer compares the encodings of both sides as text, and sends SET where they differ."""
    async with (
        proxy("127.0.0.1", make_url(database_url).port or 0) as network,
        pgbouncer(on_port(database_url, network.port), pool_size=1) as bouncer,
    ):
        changes = {"database_url": SecretStr(bouncer.url), "database_pooling_mode": "transaction"}
        async with open_database(settings.model_copy(update=changes)) as database:
            await reads(database)
            network.reset()
            for _ in range(10):
                await reads(database)

    assert network.flights == 30
