"""Everything that a role of the API can reach, each once, as people make it by hand."""

from sqlalchemy import Column, Integer, MetaData, Table

from my_supabase_service.supabase.tables.policies import Policy, secure

OPEN = """
    create view totals as select count(*) from cards;
    grant select on totals to anon;
    create view titled as select 1 as one, 2 as two;
    grant select (one) on titled to authenticated;
    create view "For All" as select 1 as one;
    grant select on "For All" to public;
    create view changed with (security_invoker) as select * from cards;
    grant update on changed to service_role;
    create materialized view kept as select * from cards;
    grant select on kept to authenticated with grant option;
    create sequence counted;
    grant usage on sequence counted to anon;
    grant select on sequence cards_id_seq to anon;
    create function found(int, text) returns int language sql return 1;
    create function found(int) returns int language sql security definer return 1;
    create function for_some() returns int language sql return 1;
    revoke execute on function for_some() from public;
    grant execute on function for_some() to authenticated, service_role;
    create procedure done() language sql begin atomic end;
    create schema shop;
    grant usage on schema shop to anon;
    create function shop.priced() returns int language sql return 1;
    grant create on schema public to authenticated;
"""
CLOSED = {
    "view public.totals",
    "view public.titled",
    'view public."For All"',
    "view public.changed",
    "materialized view public.kept",
    "sequence public.counted",
    "sequence public.cards_id_seq",
    "function public.found(integer, text)",
    "function public.found(integer)",
    "function public.for_some()",
    "procedure public.done()",
    "schema shop",
    "function shop.priced()",
    "schema public",
}
"""What a migration takes back of it."""

NEEDED = """
    create function may() returns boolean language sql return true;
    create function next_code() returns int language sql return 1;
    create function squared(int) returns int language sql immutable return $1;
    create table coded (id int default next_code(), check (squared(id) < 9));
    create policy they on coded using (may());
    create sequence codes;
    grant usage on sequence codes to authenticated;
    alter table coded alter id set default nextval('codes') + next_code();
    create table legacy (id int);
    grant select on legacy to anon;
    create table parted (id int) partition by list (id);
    create table parted_1 partition of parted for values in (1);
    grant select on parted_1 to anon;
"""
NAMED = {
    "function public.may()",
    "function public.next_code()",
    "function public.squared(integer)",
    "sequence public.codes",
    "table public.legacy",
    "table public.parted_1",
}
"""What it only names: taking it back breaks what uses it, or touches what is not ours."""

UNREACHED = """
    create function touched() returns trigger language plpgsql as 'begin return new; end';
    create function of_mine() returns int language sql return 1;
    revoke execute on function of_mine() from public;
    create aggregate sums (int) (sfunc = int4pl, stype = int);
    create view of_mine as select 1 as one;
    create table of_mine_too (id int generated always as identity);
    create extension pg_trgm schema public;
"""
"""What nobody can call or read, or what an extension brings."""


def cards() -> MetaData:
    """Return a table of ours, with a serial key that whoever adds a row counts on."""
    metadata = MetaData()
    table = Table("cards", metadata, Column("id", Integer, primary_key=True))
    rule = Policy("cards: all", "insert", check="true", to="authenticated")
    secure(table, rule, grants={"authenticated": "select, insert"})
    return metadata
