"""What is said of locks is what Postgres does: each statement is run, and the lock looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import (
    Column,
    Computed,
    Connection,
    Identity,
    Integer,
    Numeric,
    String,
    Text,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.ext.asyncio import create_async_engine
from tests.rendered.tools.changes.run import Project
from tests.rendered.tools.changes.test_drift import execute

from my_supabase_service.tools.migrations.table_locks.holds import Hold, Lock, of_statement
from my_supabase_service.tools.migrations.table_locks.operations import Operations as Known

TABLES = """
    create domain positive as int check (value > 0);
    create table others (id int primary key);
    create table cards (
        id int primary key, n int default 1, title text, short varchar(3), price numeric(5, 2),
        during tsrange, other int constraint fk_other references others
    );
    create index ix_short on cards (short);
    insert into others select generate_series(1, 9);
    insert into cards select n, n, n, n, n, null, n from generate_series(1, 9) n;
"""
LOCKS = text("""
    select relname, mode from pg_locks join pg_class on pg_class.oid = relation
    where relname in ('cards', 'others') and pid = pg_backend_pid() and granted
""")
ROWS = text("""
    select pg_class.relname::text, coalesce(seq_tup_read, 0), relfilenode
    from pg_class left join pg_stat_xact_user_tables on relid = pg_class.oid
    where pg_class.relname in ('cards', 'others')
""")
MODES = {
    "ShareLock": Lock.SHARE,
    "ShareRowExclusiveLock": Lock.SHARE_ROW_EXCLUSIVE,
    "AccessExclusiveLock": Lock.ACCESS_EXCLUSIVE,
}
"""The modes in which writers wait, by the names that `pg_locks` has."""


def altered(column: str, was: Any, **change: Any) -> ops.AlterColumnOp:
    return ops.AlterColumnOp("cards", column, existing_type=was, **change)


def added(*parts: Any, **options: Any) -> ops.AddColumnOp:
    return ops.AddColumnOp("cards", Column("more", *parts, **options))


def key(**options: Any) -> ops.CreateForeignKeyOp:
    return ops.CreateForeignKeyOp("fk", "cards", "others", ["n"], ["id"], **options)


OPERATIONS: dict[str, ops.MigrateOperation] = {
    "not null": altered("n", Integer(), modify_nullable=False),
    "null": altered("n", Integer(), modify_nullable=True),
    "default": altered("n", Integer(), modify_server_default="2"),
    "another type": altered("n", Integer(), modify_type=Text()),
    "shorter text": altered("short", String(3), modify_type=String(2)),
    "longer text": altered("short", String(3), modify_type=String(4)),
    "any text": altered("short", String(3), modify_type=Text()),
    "wider number": altered("price", Numeric(5, 2), modify_type=Numeric(7, 2)),
    "finer number": altered("price", Numeric(5, 2), modify_type=Numeric(7, 3)),
    "column": added(Integer),
    "column with a constant": added(Integer, server_default="1", nullable=False),
    "column of now": added(Text, server_default=text("now()::text")),
    "column of the clock": added(Text, server_default=text("clock_timestamp()::text")),
    "column of random": added(Text, server_default=text("gen_random_uuid()::text")),
    "computed column": added(Integer, Computed("n + 1", persisted=True)),
    "counted column": added(Integer, Identity()),
    "column of a domain": added(DOMAIN("positive", Integer, create_type=False)),
    "dropped column": ops.DropColumnOp("cards", "title"),
    "index": ops.CreateIndexOp("ix", "cards", ["n"]),
    "dropped index": ops.DropIndexOp("ix_short", "cards"),
    "unique": ops.CreateUniqueConstraintOp("uq", "cards", ["n"]),
    "key": key(),
    "key that is not valid": key(postgresql_not_valid=True),
}
STATEMENTS = (
    "alter table cards add constraint ck check (n > 0)",
    "alter table cards add constraint ck check (n > 0) not valid",
    "alter table cards add constraint ex EXCLUDE USING gist (during WITH &&)",
    'ALTER TABLE ONLY "public"."cards" ADD CONSTRAINT uq UNIQUE (n)',
    "alter table cards add constraint fk FOREIGN KEY (n) REFERENCES others(id)",
    "alter table cards alter column n drop default",
    "alter table cards rename column n to m",
    "alter table cards drop constraint cards_pkey",
    "CREATE UNIQUE INDEX ix ON public.cards USING btree (n)",
    "create policy p on cards using (true)",
    "alter table cards enable row level security",
)
VOLATILE = {"clock_timestamp", "gen_random_uuid"}


@pytest.fixture(scope="module")
def cards(project: Callable[[str, str], Project]) -> Project:
    """Tables that have rows."""
    made = project("16", "holds")
    asyncio.run(execute(made.url, TABLES))
    return made


async def seen(url: str, do: Callable[[Connection], object]) -> set[tuple[str, Lock, bool]]:
    """Return which tables are locked by what *do* does, and whether rows are read meanwhile."""

    def look(connection: Connection) -> set[tuple[str, Lock, bool]]:
        before = {name: rest for name, *rest in connection.execute(ROWS)}
        do(connection)
        after = {name: rest for name, *rest in connection.execute(ROWS)}
        held: dict[str, Lock] = {}
        for name, mode in connection.execute(LOCKS):
            if mode in MODES:
                held[name] = max(MODES[mode], held.get(name, Lock.SHARE))
        return {(name, lock, before != after) for name, lock in held.items()}

    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg", query={}))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_holds_what_is_said_of_it(cards: Project, name: str) -> None:
    operation = OPERATIONS[name]
    said = Known("public", VOLATILE, str).holds(operation)

    def do(connection: Connection) -> None:
        Operations(MigrationContext.configure(connection)).invoke(operation)

    assert asyncio.run(seen(cards.url, do)) == _plain(said)


def _plain(said: Iterable[Hold]) -> set[tuple[str, Lock, bool]]:
    return {(each.place[1], each.lock, each.is_long) for each in said}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_holds_what_is_said_of_it(cards: Project, statement: str) -> None:
    said = of_statement(statement, "it", "public")

    def do(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    assert asyncio.run(seen(cards.url, do)) == _plain(said)
