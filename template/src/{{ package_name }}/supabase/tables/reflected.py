"""Tables that no model describes: reflected on first use, and kept until the catalogue changes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, MetaData, Table, text
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

Versions = Mapping[tuple[str, str], str]
"""What the catalogue says now, by schema and name of a table."""

# Of what SQLAlchemy uses: columns, keys and the labels of enums. Whatever writes a row of the
# catalogue leaves its own transaction there as `xmin`; a TRUNCATE or a GRANT touches none of these.
LOOK = text("""
    with asked as (
        select c.oid
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = :schema and c.relname = :name and c.relkind in ('r', 'p', 'v', 'm')
    ), loaded as (
        select oid from asked
        union
        select confrelid from pg_catalog.pg_constraint join asked on conrelid = asked.oid
        where contype = 'f'
    )
    select n.nspname, c.relname, pg_catalog.md5(pg_catalog.concat_ws(' ', c.oid, (
        select pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attnum, a.xmin, (
            select pg_catalog.string_agg(e.xmin::text, ' ' order by e.oid)
            from pg_catalog.pg_type t
            join pg_catalog.pg_enum e on e.enumtypid in (t.oid, t.typelem, t.typbasetype)
            where t.oid = a.atttypid
        )), ',' order by a.attnum)
        from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0
    ), (
        select pg_catalog.string_agg(
            pg_catalog.concat_ws(' ', k.oid, k.xmin, k.confrelid::regclass), ',' order by k.oid)
        from pg_catalog.pg_constraint k where k.conrelid = c.oid
    )))
    from loaded
    join pg_catalog.pg_class c on c.oid = loaded.oid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    order by n.nspname, c.relname
""")
BY_FULL_NAMES = text("set local search_path = ''")
"""Lets the catalogue spell the schema of each table and type."""


async def reflected(session: AsyncSession, name: str) -> Table[Any]:
    """Return the table or view *name*, `public.orders`, as the database has it now.

    The tables that its foreign keys refer to are beside it in its `metadata`. It is read once for
    the process, and again when its columns or keys have changed, which each call asks the
    catalogue. Who sees which of its rows is decided as for any other table.

    Raises:
        NoSuchTableError: there is none of that name.
        ValueError: *name* has no schema.
    """
    schema, _, table = name.partition(".")
    if not table:
        raise ValueError(f'say the schema too: reflected(session, "public.{name}")')
    connection = await session.connection()
    versions = await _look(connection, schema, table)
    if (schema, table) not in versions:
        raise NoSuchTableError(f"there is no table or view {name} in this database")
    known = KNOWN.setdefault(connection.sync_engine, Reflection())
    if not known.has(versions):
        async with known.lock:
            if not known.has(versions):
                await known.learn(connection, versions)
    return known.metadata.tables[name]


@dataclass(eq=False)
class Reflection:
    """The tables of one database that were asked for so far."""

    metadata: MetaData = field(default_factory=MetaData)
    versions: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def has(self, versions: Versions) -> bool:
        """Tell whether all of these are known as they are."""
        return versions.items() <= self.versions.items()

    async def learn(self, connection: AsyncConnection, versions: Versions) -> None:
        """Reflect what is not known; if some of it has changed, begin anew."""
        if any(self.versions.get(table, version) != version for table, version in versions.items()):
            self.forget()
        # Undone in any case: the search path is the caller's again, whatever happens.
        savepoint = await connection.begin_nested()
        try:
            await connection.execute(BY_FULL_NAMES)
            await connection.run_sync(_reflect, self.metadata, sorted(versions))
        except BaseException:
            self.forget()
            raise
        finally:
            await savepoint.rollback()
        self.versions.update(versions)

    def forget(self) -> None:
        """Leave to whoever has them the tables that are there."""
        self.metadata, self.versions = MetaData(), {}


KNOWN: WeakKeyDictionary[Engine, Reflection] = WeakKeyDictionary()


async def _look(connection: AsyncConnection, schema: str, table: str) -> Versions:
    found = await connection.execute(LOOK, {"schema": schema, "name": table})
    return {(schema, name): version for schema, name, version in found}


def _reflect(connection: Connection, metadata: MetaData, tables: list[tuple[str, str]]) -> None:
    for schema, found in groupby(tables, lambda each: each[0]):
        names = [name for _, name in found]
        metadata.reflect(connection, schema, views=True, only=names, resolve_fks=False)
