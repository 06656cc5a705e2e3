"""What migrations commonly say passes as `postgres`, and does what it says."""

from __future__ import annotations

from typing import TypeAlias

import asyncpg
import pytest

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# What `supabase db dump` and the dashboard write, and what the documentation of Supabase shows.
BORN = [
    'create extension if not exists "uuid-ossp"',
    'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA "extensions"',
    'CREATE EXTENSION IF NOT EXISTS "pgcrypto" WITH SCHEMA "extensions"',
    'CREATE EXTENSION IF NOT EXISTS "pg_stat_statements" WITH SCHEMA "extensions"',
    "create table a (id uuid primary key default uuid_generate_v4(), at timestamptz default now())",
    "create table b (id uuid primary key default extensions.uuid_generate_v4())",
    (
        "create table c (id uuid primary key default gen_random_uuid(), key text not null"
        " default encode(extensions.gen_random_bytes(32), 'hex'))"
    ),
    "create index on a (extensions.digest(id::text, 'sha256'))",
    "insert into a default values",
    "select extensions.hmac('body', 'secret', 'sha256') from a",
    "select query from extensions.pg_stat_statements order by total_exec_time desc limit 1",
    "select extensions.pg_stat_statements_reset()",
    'drop extension if exists "uuid-ossp" cascade',
    "drop extension if exists pg_stat_statements",
    "create extension pg_stat_statements",
]
CITEXT = [
    "create extension if not exists citext with schema public",
    "alter extension citext set schema extensions",
    "create domain email as extensions.citext check (value ~ '^[^@]+@[^@]+$')",
    "create table people (id int primary key, address email unique, name citext, tags citext[])",
    "create index on people (name)",
    "create index on people using hash (name)",
    "create index on people (name citext_pattern_ops)",
    "insert into people values (1, 'Alice@Example.com', 'Alice', '{One,two}')",
    "alter table people alter name set not null",
    "comment on extension citext is 'data type for case-insensitive character strings'",
    "grant select on people to authenticated",
    "set role authenticated",
    "select 1 / count(*) from people where address = 'alice@EXAMPLE.com' and 'TWO' = any (tags)",
    "select 1 / count(*) from people where name in ('ALICE', 'bob') and name like 'al%'",
]
TRIGRAMS = [
    "create extension if not exists pg_trgm with schema extensions",
    "create table words (word text)",
    "insert into words values ('word'), ('sword'), ('other')",
    "select word from words where word % 'words' order by similarity(word, 'words') desc",
    "select word, word <-> 'words' as distance from words order by distance limit 2",
    "select 1 / count(*) from words where 'word' <% word",
    "set pg_trgm.similarity_threshold = 0.1",
    "select extensions.set_limit(0.2), extensions.show_limit(), extensions.show_trgm('word')",
    (
        "create function search(term text) returns setof words language sql stable"
        " set search_path = extensions, public as 'select * from words where word % term'"
    ),
    "select * from search('word')",
    "drop extension pg_trgm cascade",
]
MODDATETIME = [
    "create extension if not exists moddatetime schema extensions",
    "create table t (id int, updated_at timestamptz not null default '2000-01-01')",
    (
        "create trigger handle_updated_at before update on t for each row"
        " execute procedure moddatetime (updated_at)"
    ),
    (
        "create trigger again before update on t for each row"
        " execute function extensions.moddatetime('updated_at')"
    ),
    "insert into t values (1)",
    "grant select, update on t to authenticated",
    "set role authenticated",
    "update t set id = 2",
    "select 1 / count(*) from t where updated_at = now() or updated_at > now() - interval '1 h'",
]
REALTIME = [
    "create table notices (id int primary key, title text)",
    "alter publication supabase_realtime add table notices",
    "alter table notices replica identity full",
    "select 1 / count(*) from pg_publication_tables where pubname = 'supabase_realtime'",
    "alter publication supabase_realtime set table notices (id, title)",
    "alter publication supabase_realtime drop table notices",
    (
        "do $$ begin if not exists (select from pg_publication where pubname = 'supabase_realtime')"
        " then create publication supabase_realtime; end if; end $$"
    ),
    "drop publication if exists supabase_realtime",
    "create publication supabase_realtime with (publish = 'insert, update, delete')",
    "alter publication supabase_realtime add table notices where (id > 0)",
    "drop table notices",
]
CRON = [
    "create extension if not exists pg_cron",
    "create extension if not exists pg_cron with schema pg_catalog",
    "grant usage on schema cron to postgres",
    "grant all privileges on all tables in schema cron to postgres",
    "select cron.schedule('*/5 * * * *', 'vacuum')",
    "select cron.schedule('nightly', '0 3 * * *', $$ delete from runs where at < now() $$)",
    "select cron.schedule('often', '30 seconds', 'select 1')",
    "select cron.schedule('last-day', '0 0 $ * *', 'select 1')",
    "select cron.schedule('weekdays', '0,30 9-17/2 * jan-dec mon-fri', 'select 1')",
    "do $$ begin perform cron.schedule('in-a-block', '@hourly', 'call refresh()'); end $$",
    "select cron.schedule_in_database('there', '0 0 * * 0', 'vacuum', 'postgres')",
    "select cron.alter_job(job_id := jobid, active := false) from cron.job where jobname = 'often'",
    "select cron.alter_job((select jobid from cron.job where jobname = 'often'), '1 0 * * *')",
    "select cron.unschedule('often') where exists (select from cron.job where jobname = 'often')",
    "select cron.unschedule(jobid) from cron.job where jobname in ('last-day', 'weekdays')",
    "select * from cron.job_run_details order by start_time desc limit 5",
    "delete from cron.job_run_details where end_time < now() - interval '7 days'",
    "drop extension pg_cron",
]

SCRIPTS = {
    "born": BORN,
    "citext": CITEXT,
    "pg_trgm": TRIGRAMS,
    "moddatetime": MODDATETIME,
    "supabase_realtime": REALTIME,
    "pg_cron": CRON,
}


@pytest.mark.parametrize("script", SCRIPTS)
async def test_each_statement_passes_as_postgres(sql: Sql, script: str) -> None:
    for statement in SCRIPTS[script]:
        try:
            await sql.execute(statement)
        except asyncpg.PostgresError as error:
            pytest.fail(f"{statement}: {error}")


async def test_an_index_finds_a_citext(sql: Sql) -> None:
    """A function in SQL would be put in the place of the operator, and the index be none for it."""
    await sql.execute(
        "create extension citext; create table people (name citext unique, tag citext);"
        " create index on people using hash (tag); set enable_seqscan = off"
    )

    for column in ("name", "tag"):
        plan = await sql.fetch(f"explain select from people where {column} = 'ALICE'")
        assert "Index Cond" in str(plan)
    await sql.execute("insert into people values ('Alice')")
    with pytest.raises(asyncpg.UniqueViolationError):
        await sql.execute("insert into people values ('ALICE')")


@pytest.mark.parametrize(
    "extension", ["uuid-ossp", "pgcrypto", "citext", "pg_trgm", "moddatetime", "pg_stat_statements"]
)
async def test_an_extension_works_on_in_another_schema(sql: Sql, extension: str) -> None:
    """The advisories of Supabase ask to move it out of `public`."""
    await sql.execute(
        f'drop extension if exists "{extension}"; create extension "{extension}" schema public;'
        f' create schema elsewhere; alter extension "{extension}" set schema elsewhere;'
        " create table moved (at timestamptz); set search_path = public"
    )
    calls = {
        "uuid-ossp": "elsewhere.uuid_generate_v5(elsewhere.uuid_ns_dns(), 'x')",
        "pgcrypto": "elsewhere.hmac('x', 'y', 'sha1'), elsewhere.gen_salt('bf')",
        "citext": "'a'::elsewhere.citext operator(elsewhere.=) 'A',"
        " elsewhere.replace('aB'::elsewhere.citext, 'b', 'c')",
        "pg_trgm": "'word' operator(elsewhere.%) 'words', 'a' operator(elsewhere.<->>>) 'b',"
        " elsewhere.show_trgm('wörd')",
        "moddatetime": "1",
        "pg_stat_statements": "(select count(*) from elsewhere.pg_stat_statements)",
    }

    await sql.fetch(f"select {calls[extension]}")


@pytest.mark.parametrize(
    "call",
    [
        "encrypt('data', 'key', 'aes')",
        "pgp_sym_encrypt('data', 'password')",
        "pgp_pub_decrypt('data', 'key', 'password')",
        "armor('data')",
        "crypt('secret', gen_salt('bf'))",
        "crypt('secret', gen_salt('bf', 10))",
        "crypt('secret', 'ab')",
    ],
)
async def test_what_pgcrypto_cannot_do_here_it_says(sql: Sql, call: str) -> None:
    """In one sentence, which `migrate` prints; nobody gets a wrong cipher."""
    with pytest.raises(asyncpg.FeatureNotSupportedError, match=r"the real project has.*docs/ext"):
        await sql.fetchval(f"select {call}")
