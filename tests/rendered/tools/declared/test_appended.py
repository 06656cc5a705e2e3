"""A view gets a column at its end, and all that reads it stays what it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import asyncpg
from sqlalchemy import Column, Integer, MetaData, Table, Text

from my_supabase_service.supabase.tables.functions import function
from my_supabase_service.supabase.tables.policies import Policy, secure
from my_supabase_service.supabase.tables.triggers import trigger
from my_supabase_service.supabase.tables.views import view

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

SHOWN = {"authenticated": "select", "anon": "select (id)"}
BY_HAND = """
    create materialized view kept as select id from listed;
    create unique index kept_id on kept (id);
    revoke all on kept from anon, authenticated, service_role;
    comment on view listed is 'what there is';
    grant select on listed to pg_monitor;
"""
OIDS = """
    select array[
        'listed'::regclass, 'above'::regclass, 'kept'::regclass, 'kept_id'::regclass,
        (select oid from pg_policy where polname = 'listed ones'),
        (select oid from pg_trigger where tgname = 'add')
    ]::oid[]
"""
OIDS_OF_VIEWS = "select array['listed'::regclass, 'above'::regclass]::oid[]"
STATE = """
    select array_agg(concat_ws('|', relname, reloptions, pg_get_viewdef(oid),
        obj_description(oid, 'pg_class'),
        (select array_agg(a::text order by a::text) from unnest(relacl) a),
        (select array_agg(attacl::text) from pg_attribute where attrelid = pg_class.oid),
        (select array_agg(pg_get_indexdef(indexrelid)) from pg_index where indrelid = pg_class.oid),
        (select array_agg(pg_get_triggerdef(t.oid)) from pg_trigger t where tgrelid = pg_class.oid),
        (select array_agg(pg_get_expr(polqual, polrelid)) from pg_policy
         where polrelid = pg_class.oid)
    ) order by relname)
    from pg_class where relname in ('listed', 'above', 'kept', 'others')
"""


def models(columns: str, above: str = "select id from listed") -> MetaData:
    """Declare a view of these *columns*; a view, a policy and a trigger hang on it."""
    metadata = MetaData()
    key = Column("id", Integer, primary_key=True)
    Table("cards", metadata, key, Column("title", Text), Column("weight", Integer))
    others = Table("others", metadata, Column("id", Integer, primary_key=True))
    seen = Policy("listed ones", "select", using="id in (select l.id from listed l)")
    secure(others, seen, grants={"authenticated": "select"})
    view("listed", f"select {columns} from cards", grants=SHOWN, metadata=metadata)
    query = "select * from public.listed"
    function("of_listed", query, returns="setof public.listed", metadata=metadata)
    view("above", above, grants={"authenticated": "select"}, metadata=metadata)
    body = "begin return new; end"
    add = function("add", body, returns="trigger", language="plpgsql", metadata=metadata)
    trigger("listed", "add", "instead of", "insert", function=add, metadata=metadata)
    return metadata


async def test_what_reads_it_is_not_made_anew_and_a_downgrade_makes_all_of_it_as_it_was(
    act: Act, revise: Revise, sql: Sql
) -> None:
    await revise(models("id, title"))
    await sql.execute(BY_HAND)
    oids, before = await sql.fetchval(OIDS), await sql.fetchval(STATE)

    text = await revise(longer := models("id, title, weight"))

    upgrade, _, downgrade = text.partition("def downgrade")
    assert "create or replace view public.listed with (security_invoker = true) as" in upgrade
    assert "drop" not in upgrade
    assert "drop view public.above" in downgrade
    assert await sql.fetchval(OIDS) == oids
    after = await sql.fetchval(STATE)
    assert [was == now for was, now in zip(before, after, strict=True)].count(False) == 1
    await act(longer, "check")
    await act(longer, "downgrade", "-1")
    assert await sql.fetchval(STATE) == before
    await act(longer, "upgrade", "head")
    assert await sql.fetchval(STATE) == after


async def test_what_reads_every_column_of_it_gets_the_new_one(
    act: Act, revise: Revise, sql: Sql
) -> None:
    await revise(models("id, title", "select * from listed"))

    await revise(longer := models("id, title, weight", "select * from listed"))

    await act(longer, "check")
    await sql.fetch("select weight from above")


async def test_what_reads_a_function_that_returns_its_rows_is_told_the_new_column(
    act: Act, revise: Revise, sql: Sql
) -> None:
    """Postgres writes down which columns the rows had, and reads them still."""
    above = "select f.id from of_listed() f"
    await revise(models("id, title", above))
    oids = await sql.fetchval(OIDS_OF_VIEWS)

    await revise(longer := models("id, title, weight", above))

    await act(longer, "check")
    assert await sql.fetchval(OIDS_OF_VIEWS) == oids
    await act(longer, "downgrade", "-1")
    await act(longer, "upgrade", "head")
    await act(longer, "check")
