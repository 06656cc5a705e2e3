"""What is done by hand to a view, a function or a trigger that is declared is found and undone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid

from my_supabase_service.supabase.tables.functions import function
from my_supabase_service.supabase.tables.policies import Policy, secure
from my_supabase_service.supabase.tables.triggers import trigger
from my_supabase_service.supabase.tables.views import ViewIndex, materialized_view, view

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

SHOWN = {"authenticated": "select"}
OWN = "(select auth.uid()) = owner_id"
ALICE, BOB = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"

STATE = """
    select array[
        (select string_agg(concat_ws('|', c.relname, c.relkind, c.reloptions,
                           pg_get_viewdef(c.oid), (select array_agg(a::text order by a::text)
                           from unnest(relacl) a), (select array_agg(attacl::text)
                           from pg_attribute where attrelid = c.oid)), e'\\n' order by c.relname)
         from pg_class c where relkind in ('v', 'm') and starts_with(relname, $1)),
        (select string_agg(concat_ws('|', pg_get_functiondef(p.oid), (
                           select array_agg(a::text order by a::text)
                           from unnest(coalesce(proacl, acldefault('f', proowner))) a)), e'\\n'
                           order by p.oid::regprocedure::text)
         from pg_proc p where starts_with(proname, $1)),
        (select string_agg(concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled), e'\\n')
         from pg_trigger t where starts_with(tgname, $1)),
        (select string_agg(pg_get_indexdef(indexrelid), e'\\n' order by indexrelid::regclass::text)
         from pg_index where starts_with(indrelid::regclass::text, $1 || 'totals'))
    ]
"""
NAMES = re.compile(r"\b(?=(?:titles|cards|keep|totals?(?:_\w+)?)\b)")
"""Where a name begins that each case has for itself."""


def declared(*prefixes: str) -> MetaData:
    """Declare one of each kind over a table of rows that have owners, for each of *prefixes*."""
    metadata = MetaData()
    for prefix in prefixes:
        columns = [Column("owner_id", Uuid), Column("title", Text)]
        table = Table(f"{prefix}cards", metadata, Column("id", Integer, primary_key=True), *columns)
        secure(table, Policy("own", "select", using=OWN), grants=SHOWN)
        query = f"select title from {prefix}cards"
        view(f"{prefix}titles", query, grants=SHOWN, metadata=metadata)
        query = f"select owner_id, count(*) as n from {prefix}cards group by 1"
        indexes = [ViewIndex(f"{prefix}totals_owner", "owner_id", unique=True)]
        materialized_view(f"{prefix}totals", query, indexes=indexes, metadata=metadata)
        options: dict[str, Any] = {"metadata": metadata, "language": "plpgsql"}
        keep = function(f"{prefix}keep", BODY, returns="trigger", **options)
        options = {"metadata": metadata, "function": keep, "when": "new.id > 1"}
        trigger(table, f"{prefix}keep", "before", "update", **options)
        count = f"select count(*) from public.{prefix}cards"
        options = {"volatility": "stable", "execute": "authenticated", "metadata": metadata}
        function(f"{prefix}total", count, returns="bigint", **options)
    return metadata


BODY = "begin new.title := btrim(new.title); return new; end"
KEEP = "create or replace function keep() returns trigger language plpgsql set search_path = ''"
TOTAL = "create or replace function total() returns bigint language sql stable"
COUNT = "'select count(*) from public.cards'"

DRIFT = {
    "a view shows every row": "alter view titles set (security_invoker = false)",
    "a view forgets who reads": "create or replace view titles as select title from cards",
    "a view says something else": "create or replace view titles with (security_invoker = true)"
    " as select upper(title) as title from cards",
    "a view has a column more": "create or replace view titles with (security_invoker = true)"
    " as select title, owner_id from cards",
    "a column of a view is called otherwise": "alter view titles rename column title to heading",
    "a view is open": "grant select on titles to anon",
    "a view is closed": "revoke select on titles from authenticated",
    "a view is open by column": "grant update (title) on titles to authenticated",
    "a view is gone": "drop view titles",
    "a materialized view is open": "grant select on totals to public",
    "a materialized view says something else": "drop materialized view totals;"
    " create materialized view totals as select owner_id, sum(id) as n from cards group by 1;"
    " create unique index totals_owner on totals (owner_id); revoke all on totals from"
    " anon, authenticated, service_role",
    "an index is gone": "drop index totals_owner",
    "an index is another": "drop index totals_owner; create index totals_owner on totals (n)",
    "an index too many": "create index totals_n on totals (n)",
    "a body": f"{KEEP} as 'begin return new; end'",
    "a search path": "alter function total() reset search_path",
    "a search path that is set": "alter function total() set search_path = public",
    "a setting": "alter function total() set work_mem = '8MB'",
    "an owner's powers": "alter function total() security definer",
    "volatility": "alter function total() volatile",
    "all that was said": f"{TOTAL} as {COUNT}",
    "a result": f"drop function total(); create function total() returns int language sql stable"
    f" set search_path = '' as {COUNT.replace('count(*)', '1')};"
    " revoke all on function total() from public, anon, service_role",
    "everybody executes": "grant execute on function total() to public",
    "nobody executes": "revoke execute on function total() from authenticated",
    "a function is gone": "drop function total()",
    "a trigger is gone": "drop trigger keep on cards",
    "a trigger is off": "alter table cards disable trigger keep",
    "a trigger fires later": "create or replace trigger keep after update on cards for each row"
    " when (new.id > 1) execute function keep()",
    "a trigger fires seldom": "create or replace trigger keep before update on cards for each row"
    " when (new.id > 2) execute function keep()",
    "a trigger fires for a column": "create or replace trigger keep before update of id on cards"
    " for each row when (new.id > 1) execute function keep()",
}


async def test_what_was_done_by_hand_is_found_undone_and_put_back(
    act: Act, revise: Revise, sql: Sql, subtests: pytest.Subtests
) -> None:
    """Each case has one of each kind for itself, and all are run at once."""
    cases = {name: f"c{number:02}_" for number, name in enumerate(DRIFT)}
    metadata = declared(*cases.values())
    await revise(metadata)
    was = {name: await sql.fetchval(STATE, prefix) for name, prefix in cases.items()}
    for name, prefix in cases.items():
        await sql.execute(NAMES.sub(prefix, DRIFT[name]))
    drifted = {name: await sql.fetchval(STATE, prefix) for name, prefix in cases.items()}

    with pytest.raises(CommandError) as told:
        await act(metadata, "check")
    await revise(metadata)
    await act(metadata, "check")
    now = {name: await sql.fetchval(STATE, prefix) for name, prefix in cases.items()}
    await act(metadata, "downgrade", "-1")

    for name, prefix in cases.items():
        with subtests.test(name):
            assert drifted[name] != was[name]
            assert prefix in str(told.value)
            assert now[name] == was[name]
            assert await sql.fetchval(STATE, prefix) == drifted[name]


async def rows(sql: Sql, user: str) -> list[str]:
    """Return the titles that a user sees in the view, as the Data API would."""
    async with sql.transaction():
        claims = f'{{"sub": "{user}", "role": "authenticated"}}'
        await sql.execute("select set_config('request.jwt.claims', $1, true)", claims)
        await sql.execute("set local role authenticated")
        return [row["title"] for row in await sql.fetch("select title from titles")]


async def test_a_view_that_shows_others_their_rows_turns_the_check_red(
    act: Act, revise: Revise, sql: Sql
) -> None:
    await revise(there := declared(""))
    insert = "insert into cards values (1, $1, 'of alice'), (2, $2, 'of bob')"
    await sql.execute("alter table cards no force row level security")
    await sql.execute(insert, ALICE, BOB)
    await sql.execute("alter table cards force row level security")
    assert await rows(sql, ALICE) == ["of alice"]

    await sql.execute("alter view titles set (security_invoker = off)")

    assert await rows(sql, ALICE) == ["of alice", "of bob"]
    with pytest.raises(CommandError, match=r"public\.titles with \(security_invoker = true\)"):
        await act(there, "check")
    await revise(there)
    assert await rows(sql, ALICE) == ["of alice"]
