"""What a database has, said again in another one; made once for all proofs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import asyncpg
import pytest
from anyio.from_thread import BlockingPortal
from local import cluster
from local.postgres import Postgres
from sqlalchemy import NullPool, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from tests.rendered.bench.versions import installed, running
from tests.rendered.tools.models.bench import SCHEMAS, SERVERS, version_of
from tests.rendered.tools.models.dumps import Entry, dump, dump_text, entries

from my_supabase_service.tools.adopt.dump import read_dump
from my_supabase_service.tools.adopt.found import beyond, read_found
from my_supabase_service.tools.adopt.statements import left_out, statements_of
from my_supabase_service.tools.adopt.undo import undo
from my_supabase_service.tools.schema.catalogue import Catalogue

Dump = dict[Entry, str]
SHOP = Path(__file__).parents[1] / "schema" / "shop.sql"
EVERY = {**SCHEMAS, "each_thing_once": SHOP.read_text(encoding="utf-8")}


@dataclass(frozen=True)
class Adopted:
    """Dumps of a database, and of those that were made from what was read of it."""

    there: Dump
    made: Dump
    """By its baseline."""
    dumped: Dump
    """By what a dump of it says."""
    before: Dump
    """Of an empty database."""
    undone: Dump
    """Of that one after its baseline came and went."""
    read: Catalogue
    """What is said again."""
    read_again: Catalogue
    left_out: Sequence[str]


@dataclass(frozen=True)
class Server:
    """A server, and the programs of its version."""

    postgres: Postgres
    programs: Path

    @cached_property
    def before(self) -> Dump:
        """Of an empty database."""
        return dump(self.url("postgres"), self.programs)

    def url(self, database: str) -> str:
        password = cluster.password(self.postgres.folder, "supabase_admin")
        url = make_url(self.postgres.url("supabase_admin", password))
        return url.set(database=database).render_as_string(hide_password=False)

    async def database(self, name: str, sql: str) -> str:
        admin = await asyncpg.connect(self.url("template1"))
        await admin.execute(f"create database {name} template postgres strategy file_copy")
        await admin.execute(f'alter database {name} set search_path = "$user", public, extensions')
        await admin.execute(f"alter database {name} set jit = off")
        await admin.close()
        connection = await asyncpg.connect(self.url(name))
        await connection.execute(sql)
        await connection.close()
        return self.url(name)

    async def adopt(self, name: str) -> Adopted:
        """Say again what is in the schema of this *name*, and take it away again."""
        live = await self.database(f"live_{name[:40]}", EVERY[name])
        empty = await self.database(f"empty_{name[:40]}", "select 1")
        dumped = await self.database(f"dumped_{name[:40]}", "select 1")
        async with connected(live) as live_, connected(empty) as empty_:
            was = await empty_.run_sync(read_found)
            new = beyond(await live_.run_sync(read_found), was, is_left_alone=nothing)
            await run(empty_, statements_of(new.own, new.supabases))
            made = dump(empty, self.programs)
            made_ = beyond(await empty_.run_sync(read_found), was, is_left_alone=nothing)
            await run(empty_, undo(new, was))
        text = dump_text(live, self.programs)
        file = self.postgres.folder.with_name(f"{name}.sql")
        file.write_text(text, encoding="utf-8")
        async with connected(dumped) as dumped_:
            await run(dumped_, (statement for statement, _ in read_dump(file)))
        by_dump, undone = dump(dumped, self.programs), dump(empty, self.programs)
        return Adopted(
            *(entries(text), made, by_dump, self.before, undone),
            *(new.own, made_.own, left_out(new.own)),
        )


async def run(connection: AsyncConnection, statements: Iterable[str]) -> None:
    for statement in statements:
        await connection.exec_driver_sql(statement)
    await connection.commit()


def nothing(_: str) -> bool:
    return False


class connected:  # noqa: N801  # a context
    """A connection of SQLAlchemy's."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql+asyncpg", query={})
        self.engine = create_async_engine(address, poolclass=NullPool)

    async def __aenter__(self) -> AsyncConnection:
        self.connection = await self.engine.connect()
        return self.connection

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()
        await self.engine.dispose()


@pytest.fixture(scope="package")
def servers(scratch: Path) -> Generator[dict[str, Server]]:
    with ExitStack() as stack:
        yield {
            version: Server(
                stack.enter_context(running(scratch / f"adopt-{version}", version)),
                installed()[version],
            )
            for version in SERVERS
        }


@pytest.fixture(scope="package")
def adopted(servers: dict[str, Server], portal: BlockingPortal) -> Callable[[str], Adopted]:
    """What became of each schema, on a server that it can be made on."""

    @cache
    def of(name: str) -> Adopted:
        return portal.call(servers[version_of(name)].adopt, name)

    return of
