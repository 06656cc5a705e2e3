"""Which views, functions and triggers a migration may drop, and what it does to those of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, Connection, Integer, MetaData, Table, text

from my_supabase_service.supabase.tables.functions import function
from my_supabase_service.supabase.tables.triggers import trigger
from my_supabase_service.supabase.tables.views import materialized_view, view
from my_supabase_service.tools.migrations.declared import catalogue

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


def cards(query: str = "", returns: str = "int") -> MetaData:
    """Declare a table; with a *query* a view and what else there is, too."""
    metadata = MetaData()
    table = Table("cards", metadata, Column("id", Integer, primary_key=True))
    if query:
        view("a view", query, metadata=metadata)
        materialized_view("totals", "select count(*) from cards", metadata=metadata)
        function("one", "select 1", returns=returns, metadata=metadata, volatility="immutable")
        body = "begin return null; end"
        act = function("act", body, returns="trigger", language="plpgsql", metadata=metadata)
        trigger(table, 't on "t"', "after", "update", function=act, metadata=metadata)
    return metadata


async def test_what_is_declared_no_longer_is_dropped_as_a_revision_made_it(
    act: Act, revise: Revise, sql: Sql
) -> None:
    await revise(cards("select id from cards"))

    with pytest.raises(CommandError, match="drop function public"):
        await act(cards(), "check")
    text = await revise(cards())

    upgrade, _, downgrade = text.partition("def downgrade")
    for kind in ("drop view", "drop materialized view", "drop function", "drop trigger"):
        assert kind in upgrade
    assert "security_invoker=true" in downgrade
    await act(cards(), "check")
    await act(cards(), "downgrade", "-1")
    assert await sql.fetchval("select count from totals") == 0


async def test_what_somebody_else_made_is_left_alone(
    act: Act, revise: Revise, sql: Sql, tmp_path: Path
) -> None:
    """By hand, in the dashboard, or in a revision that was written by hand."""
    await revise(cards())
    await sql.execute(
        """
        create view theirs as select id from cards;
        create materialized view kept as select id from cards;
        create function theirs() returns int language sql as 'select 1';
        revoke execute on function theirs() from public;
        create function fire() returns trigger language plpgsql as 'begin return null; end';
        create trigger fire after update on cards for each row execute function fire();
        """
    )
    await act(cards(), "revision", message="by hand")
    newest = max((tmp_path / "migrations/versions").glob("*.py"))
    statement = 'op.execute("create view by_hand as select id from cards")'
    source = newest.read_text().replace("    pass", f"    {statement}", 1)
    newest.write_text(source)
    await act(cards(), "upgrade", "head")

    await act(cards(), "check")


async def test_what_others_made_of_ours_is_made_again_with_all_it_had(
    act: Act, revise: Revise, sql: Sql
) -> None:
    """A view, its grants and comment, an index, a default and a check of a function's result."""
    await revise(cards("select id from cards"))
    await sql.execute(
        """
        create view theirs with (security_barrier = true) as select id + 1 as next
            from public."a view";
        grant select on theirs to anon with grant option;
        grant update (next) on theirs to pg_monitor;
        comment on view theirs is 'it''s \\ theirs';
        create materialized view kept as select next from theirs with no data;
        create index kept_next on kept (next desc);
        create table others (id int default one(), constraint big check (id > one()));
        create index others_one on others ((id + one()));
        alter table others enable row level security;
        create policy theirs on others as restrictive for delete to anon using (id = one());
        create function calls(a int = one()) returns int language sql
            begin atomic select one(); end;
        """
    )
    was = await snapshot(sql)

    await revise(changed := cards("select 1 as one, id from cards", returns="bigint"))

    now = await snapshot(sql)
    assert now.keys() == was.keys()
    await act(changed, "check")
    await act(changed, "downgrade", "-1")
    assert await snapshot(sql) == was


SNAPSHOT = """
    select relname::text as name, concat_ws('|', reloptions, pg_get_viewdef(oid), relispopulated,
           obj_description(oid), (select array_agg(a::text order by a::text) from unnest(coalesce(
           relacl, acldefault('r', relowner))) a),
           (select array_agg(attacl::text) from pg_attribute where attrelid = c.oid)) as said
    from pg_class c where relname in ('theirs', 'kept', 'a view')
    union all select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
    where indrelid in ('kept'::regclass, 'others'::regclass)
    union all select conname, pg_get_constraintdef(oid) from pg_constraint where conname = 'big'
    union all select adrelid::regclass::text, pg_get_expr(adbin, adrelid) from pg_attrdef
    where adrelid = 'others'::regclass
    union all select policyname, p::text from pg_policies p where tablename = 'others'
    union all select proname, pg_get_functiondef(oid) from pg_proc where proname in ('calls', 'one')
"""


async def snapshot(sql: Sql) -> dict[str, str]:
    """Return what there is."""
    return {row["name"]: row["said"] for row in await sql.fetch(SNAPSHOT)}


async def test_a_default_of_a_new_table_may_call_a_new_function(
    act: Act, revise: Revise, sql: Sql
) -> None:
    """The function is made before the table; one that reads the table comes after it."""
    metadata = MetaData()
    size = Column("size", Integer, server_default=text("two()"))
    Table("boxes", metadata, Column("id", Integer, primary_key=True), size)
    function("boxed", "select count(*) from public.boxes", returns="bigint", metadata=metadata)
    function("two", "select 2", returns="int", metadata=metadata)

    source = await revise(metadata)

    await act(metadata, "check")
    parts = ("function public.two()", "op.create_table('boxes'", "function public.boxed()")
    places = [source.find(part) for part in parts]
    assert places == sorted(places)
    assert await sql.fetchval("insert into boxes values (1) returning size") == 2
    await revise(MetaData())
    await act(metadata, "downgrade", "-1")
    assert await sql.fetchval("insert into boxes values (1) returning size") == 2


LOCKS = """
    select distinct mode from pg_locks join pg_class on pg_class.oid = relation
    join pg_namespace n on n.oid = relnamespace
    where relation >= 16384 and nspname not like 'pg!_temp!_%' escape '!'
      and pid = pg_backend_pid()
"""


async def test_check_leaves_nothing_behind_and_locks_as_a_reader_does(
    act: Act, revise: Revise, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made on trial is rolled back."""
    await revise(metadata := cards("select id from cards"))
    seen: list[str] = []
    read = catalogue.read

    def look_and_read(connection: Connection, oids: Iterable[int | None]) -> Any:
        seen.extend(connection.exec_driver_sql(LOCKS).scalars())
        return read(connection, oids)

    monkeypatch.setattr(catalogue, "read", look_and_read)
    await act(metadata, "check")

    assert {*seen} == {"AccessShareLock"}
    assert await sql.fetchval("select count(*) from pg_class where relname like 'declared%'") == 0
