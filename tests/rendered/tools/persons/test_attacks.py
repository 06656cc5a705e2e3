"""Whatever the text of `sql --as` says, nothing is written and no other person's row is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from local.people import ALICE, BOB

from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.persons.query import Answer
from my_supabase_service.tools.persons.reach import words_of

Ask = Callable[..., Awaitable[Answer]]

BECOME_BOB = f"""'{{"sub": "{BOB}", "role": "authenticated"}}'"""

PLANTED = f"""
    create function becomes_service() returns int language plpgsql as $$
        begin set local role service_role; return 1; end $$;
    create function becomes_bob() returns text language sql stable as $$
        select set_config('request.jwt.claims', {BECOME_BOB}, true) $$;
    create function hides_it(t text) returns text language plpgsql as $$
        declare r text; begin execute t into r; return r; end $$;
    create function through_another() returns text language sql as 'select becomes_bob()';
    create function of_itself() returns int language sql set role = service_role as 'select 1';
    create function writes() returns int language plpgsql security definer as $$
        begin insert into secrets values (9, '{ALICE}', 'written'); return 1; end $$;
    create function atomic() returns text begin atomic select becomes_bob(); end;
    create function "o'dd ""name"() returns text language sql as 'select becomes_bob()';
    create view seen_as_bob with (security_invoker) as select becomes_bob() as it;
    create function bobs(int, int) returns text language sql as 'select becomes_bob()';
    create operator ### (leftarg = int, rightarg = int, function = bobs);
    grant select on seen_as_bob to authenticated;
    create table moody (id int);
    alter table moody enable row level security;
    grant select on moody to authenticated;
    create policy moody on moody using (becomes_bob() <> '');
    insert into moody values (1);
"""

OTHERS = "query_to_xml('select * from secrets', true, false, '')"
ATTACKS = (
    # more than one statement, or one that is no query
    "select 1; select 2",
    "select 1; commit; delete from secrets",
    "commit",
    "rollback; begin; set role service_role",
    "begin",
    "set role service_role",
    "set local role service_role",
    "reset role",
    "reset all",
    "set session authorization postgres",
    "set transaction read write",
    "discard all",
    "copy secrets to stdout",
    "copy (select 1) to program 'touch /tmp/taken'",
    "copy secrets from stdin",
    "do $$ begin delete from secrets; end $$",
    "call becomes_service()",
    "explain analyze delete from secrets",
    "prepare a as select 1",
    "execute a",
    "declare b cursor for select 1",
    "fetch all from answer",
    "listen a",
    "notify a",
    "lock table secrets",
    "truncate secrets",
    "create table taken (a int)",
    "create temporary table taken (a int)",
    "grant all on secrets to anon",
    "vacuum",
    "checkpoint",
    "load 'auto_explain'",
    "",
    ";",
    "-- nothing",
    # out of the parentheses and the cursor that it is put into
    "select 1) as answered; commit; --",
    "select 1) as a, (select 2",
    "select $1",
    # writes inside of a query
    "insert into secrets values (3, auth.uid(), 'written') returning *",
    "with a as (delete from secrets returning *) select * from a",
    "with a as (update secrets set word = 'written' returning *) select * from a",
    f"with a as (insert into secrets values (3, '{ALICE}', '') returning *) select * from a",
    "select * into taken from secrets",
    "select * from secrets for update",
    "select nextval('counter')",
    "select setval('counter', 40)",
    "select writes()",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'a')",
    "select pg_notify('a', 'b')",
    "select pg_advisory_lock(1)",
    "select pg_try_advisory_xact_lock(1)",
    "select pg_logical_emit_message(false, 'a', 'b')",
    "select pg_current_xact_id()",
    "select pg_export_snapshot()",
    "select pg_terminate_backend(pg_backend_pid())",
    "select pg_cancel_backend(1)",
    "select pg_read_file('/etc/passwd')",
    "select pg_stat_clear_snapshot()",
    "select * from dblink('', 'delete from secrets') as t (a text)",
    # somebody else's name
    f"select set_config('role', 'service_role', true), {OTHERS}",
    f"select set_config('role', 'none', true), {OTHERS}, set_config('role', 'authenticated', true)",
    f"select set_config('request.jwt.claims', {BECOME_BOB}, true), * from secrets",
    f"select * from (select set_config('request.jwt.claim.sub', '{BOB}', true)) a, secrets",
    "select pg_catalog.SET_CONFIG('transaction_read_only', 'off', true)",
    """select "set_config"('role', 'service_role', true)""",
    """select U&"set\\005fconfig"('role', 'service_role', true)""",
    """select u&"s!0065t_config" uescape '!' ('role', 'service_role', true)""",
    "select set_config/**/('row_security', 'off', true)",
    "update pg_catalog.pg_settings set setting = 'service_role' where name = 'role'",
    f"select {OTHERS}",
    "select query_to_xml('set_' || 'config(''role'', ''service_role'')', true, true, '')",
    "select ts_stat('select ''a''::tsvector')",
    "select cursor_to_xml('answer', 1, true, true, '')",
    "select becomes_service(), * from secrets",
    "select becomes_bob(), * from secrets",
    'select public."becomes_bob"()',
    "select through_another()",
    "select hides_it('select set_' || 'config(''role'', ''service_role'', true)')",
    "select of_itself()",
    "select atomic()",
    """select "o'dd ""name"()""",
    "select * from seen_as_bob, secrets",
    "select 1 ### 2",
    "select * from moody, secrets",
)


@pytest.fixture
async def attacked(secrets: asyncpg.Connection[Any]) -> asyncpg.Connection[Any]:
    await secrets.execute(PLANTED)
    return secrets


STATE = """
    select (select jsonb_agg(s order by id) from secrets s)::text,
           (select row(last_value, is_called)::text from counter),
           (select count(*) from pg_class), (select count(*) from pg_largeobject_metadata),
           (select count(*) from pg_locks where locktype = 'advisory'),
           (select count(*) from pg_class where relacl::text like '%anon=%')
"""


async def test_no_text_writes_or_shows_what_is_another_persons(
    attacked: asyncpg.Connection[Any], ask: Ask
) -> None:
    """Each is refused in a sentence, and no sentence has a word of Bob's row."""
    before = await attacked.fetchrow(STATE)
    for attack in ATTACKS:
        with pytest.raises(Failure) as refused:
            pytest.fail(f"{attack} was answered with {(await ask(attack)).rows}")

        assert "of bob" not in str(refused.value), attack
        assert "\n" not in str(refused.value), attack

    assert await attacked.fetchrow(STATE) == before


@pytest.mark.usefixtures("attacked")
async def test_what_only_reads_is_answered(ask: Ask) -> None:
    """A text that looks alike is no attack."""
    for query in (
        "select random(), gen_random_uuid(), clock_timestamp()",
        "values (1), (2)",
        "table secrets",
        "with recursive a (n) as (select 1 union all select n + 1 from a where n < 9) table a",
        "(select 1) union all (select 2)",
        "select count(*) from secrets;",
        "select pg_table_size('secrets'), pg_get_viewdef('pg_roles'::regclass)",
        "select extensions.crypt('a', extensions.gen_salt('md5'))",
        "select 'a; drop table secrets'",
        "select array_agg(word) from secrets group by owner_id having count(*) > 0",
    ):
        assert (await ask(query)).rows


async def test_what_a_person_may_call_shows_what_it_shows(
    attacked: asyncpg.Connection[Any], ask: Ask
) -> None:
    """A function that runs as its owner answers here as it answers them anywhere."""
    await attacked.execute(
        "create function all_words() returns setof text language sql security definer"
        " set search_path = '' as 'select word from public.secrets'"
    )

    assert len((await ask("select all_words()")).rows) == 2


def test_a_name_is_found_however_it_is_written() -> None:
    """Unquoted names are folded, long ones cut, and numbers may stand right before them."""
    text = f"""1set_config $1query_to_xml "Ts_Stat" LO_CREATE {"x" * 70}"""

    assert {"set_config", "query_to_xml", "Ts_Stat", "lo_create", "x" * 63} <= words_of([text])
