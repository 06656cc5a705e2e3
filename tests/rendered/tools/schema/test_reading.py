"""Reading asks the same few questions of any schema, as anybody, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import asyncpg
import pytest
from sqlalchemy import Connection, event, text
from tests.rendered.tools.schema.reading import read

from my_supabase_service.supabase.database.address import parse
from my_supabase_service.tools.connect import connect
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.schema.catalogue import Catalogue
from my_supabase_service.tools.schema.read import SETTINGS, read_catalogue

Seen = TypeVar("Seen")

LOCKS = text("select distinct mode from pg_locks where pid = pg_backend_pid() and relation <> 0")
WRITES = text("select pg_current_xact_id_if_assigned()")


async def on(url: str, look: Callable[[Connection], Seen]) -> Seen:
    """Run *look* on a connection of its own."""
    async with connect(parse(url, otherwise="direct"), None, who="the test") as connection:
        return await connection.run_sync(look)


async def test_it_takes_the_locks_of_a_reader_and_writes_nothing(shop_url: str) -> None:
    def look(connection: Connection) -> tuple[list[Any], Any]:
        read_catalogue(connection)
        return [*connection.scalars(LOCKS)], connection.scalar(WRITES)

    assert await on(shop_url, look) == (["AccessShareLock"], None)


async def test_it_waits_for_nobody_who_writes_or_makes_an_index(shop_url: str) -> None:
    """Only for what locks a table against every reader, as `drop table` does."""
    busy = await asyncpg.connect(shop_url)
    async with busy.transaction():
        await busy.execute('lock "Shop".customers in exclusive mode')
        await busy.execute('insert into "Shop".tickets_of_events values (null, null)')
        assert (await read(shop_url)).schemas
    await busy.close()


async def test_a_login_without_rights_reads_the_same(
    shop_url: str, service_url: str, catalogue: Catalogue
) -> None:
    assert await read(service_url) == await read(shop_url) == catalogue


async def test_settings_of_the_session_change_nothing_and_are_kept(
    shop_url: str, catalogue: Catalogue
) -> None:
    odd = {
        "search_path": '"Shop", other',
        "bytea_output": "escape",
        "datestyle": "German, DMY",
        "extra_float_digits": "0",
        "intervalstyle": "iso_8601",
        "quote_all_identifiers": "on",
        "timezone": "Asia/Tokyo",
    }

    def look(connection: Connection) -> tuple[Catalogue, dict[str, str]]:
        for name, setting in odd.items():
            connection.execute(
                text("select set_config(:name, :setting, false)"),
                {"name": name, "setting": setting},
            )
        found = read_catalogue(connection)
        return found, {name: connection.scalar(text(f"show {name}")) or "" for name in odd}

    assert odd.keys() == SETTINGS.keys()
    assert await on(shop_url, look) == (catalogue, odd)


async def test_many_tables_take_as_many_queries_as_one(empty_url: str) -> None:
    sql = await asyncpg.connect(empty_url)

    def count(connection: Connection) -> int:
        sent: list[str] = []

        def note(*arguments: Any) -> None:
            sent.append(arguments[2])

        event.listen(connection, "before_cursor_execute", note)
        assert read_catalogue(connection, ["many"])
        return len(sent)

    await sql.execute("create schema many; create table many.first (id int primary key)")
    one = await on(empty_url, count)
    for number in range(50):
        await sql.execute(f"create table many.t{number} (id int primary key, at int unique)")
    await sql.close()

    assert await on(empty_url, count) == one < 25


async def test_a_schema_that_is_not_there_is_named_with_those_that_are(shop_url: str) -> None:
    with pytest.raises(Failure, match=r"no schema shop in this database; it has Shop, alembic, "):
        await read(shop_url, "shop")


async def test_without_a_name_the_projects_own_are_read(
    shop_url: str, catalogue: Catalogue
) -> None:
    """Not Supabase's, nor that of the migrations, unless they are named."""
    assert [schema.name for schema in catalogue.schemas] == ["Shop", "other", "public"]
    both = (await read(shop_url, "auth", "alembic")).schemas
    assert [(it.name, it.relations[-1].name) for it in both] == [
        ("alembic", "alembic_version"),
        ("auth", "users"),
    ]


async def test_an_empty_schema_is_not_every_schema(empty_url: str) -> None:
    sql = await asyncpg.connect(empty_url)
    await sql.execute("create schema nothing")
    await sql.close()

    [nothing] = (await read(empty_url, "nothing")).schemas

    assert (nothing.relations, nothing.functions) == ((), ())
