"""A database with a schema that has each thing once, on each version of Postgres that is here."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import asyncpg
import pytest
from anyio.from_thread import BlockingPortal
from local.postgres import Postgres
from tests.rendered.bench.versions import installed, running, with_login
from tests.rendered.tools.schema.reading import read
from tests.stand_in import at

from my_supabase_service.tools.schema.catalogue import Catalogue, Schema

HERE = Path(__file__).parent


@pytest.fixture(scope="package", params=installed())
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Postgres]:
    with running(tmp_path_factory.mktemp("versions") / "postgres", request.param) as server:
        yield server


@pytest.fixture(scope="package")
def shop_url(server: Postgres, portal: BlockingPortal) -> str:
    """Where `postgres` reaches the schemas "Shop" and other."""

    async def make() -> None:
        for login, file in (("postgres", "shop.sql"), ("supabase_admin", "foreign.sql")):
            connection = await asyncpg.connect(server.url(login))
            await connection.execute((HERE / file).read_text(encoding="utf-8"))
            await connection.close()

    portal.call(make)
    return server.url("postgres")


@pytest.fixture
async def empty_url(server: Postgres) -> AsyncGenerator[str]:
    """Where `postgres` reaches a database of this test's own."""
    sql = await asyncpg.connect(server.url("postgres"))
    await sql.execute("create database empty")
    yield at(server.url("postgres"), "empty")
    await sql.execute("drop database empty with (force)")
    await sql.close()


@pytest.fixture(scope="package")
def service_url(server: Postgres, portal: BlockingPortal) -> str:
    """Where a login without any rights reaches the same."""
    return portal.call(with_login, server)


@pytest.fixture(scope="package")
def catalogue(shop_url: str, portal: BlockingPortal) -> Catalogue:
    return portal.call(read, shop_url)


@pytest.fixture(scope="package")
def shop(catalogue: Catalogue) -> Schema:
    return next(schema for schema in catalogue.schemas if schema.name == "Shop")
