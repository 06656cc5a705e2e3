"""What a dump or a folder of migrations says to a server, and what is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from my_supabase_service.tools.adopt.dump import read_dump
from my_supabase_service.tools.failure import Failure

FIRST = ["set local check_function_bodies = off", "set local search_path to default"]


def said(folder: Path, script: str) -> list[str]:
    """Return the statements of a file with this script, but those that each file begins with."""
    file = folder / "dump.sql"
    file.write_text(script, encoding="utf-8")
    statements = [statement for statement, _ in read_dump(file)]
    assert statements[:2] == FIRST
    return statements[2:]


BODIES = {
    "quotes": "select ';', E'\\';', \"a;b\", 'it''s;'",
    "dollars": "do $a$ begin perform ';'; perform $$;$$; end $a$",
    "comments": "select 1 -- one; two\n + /* three; /* four; */ five; */ 2",
    "an atomic body": (
        "create function f() returns int begin atomic select case when true then 1 end; end"
    ),
    "a parameter of a function": "create function g(int) returns int language sql as 'select $1;'",
    "an operator with a dash": "select 3 - -2, '{}'::jsonb #- '{a}'",
    "a name with a dollar": "select a$b$ from c$d$",
    "a unicode name": "create table größe (straße text)",
}


@pytest.mark.parametrize("what", BODIES)
def test_a_semicolon_ends_a_statement_only_outside_of(tmp_path: Path, what: str) -> None:
    statement = BODIES[what]

    assert said(tmp_path, f"{statement};\n\nselect 2;") == [statement, "select 2"]


def test_the_last_statement_needs_no_semicolon_and_an_empty_one_says_nothing(
    tmp_path: Path,
) -> None:
    assert said(tmp_path, "\ufeffselect 1;;\n;\n-- nothing\nselect 2\n") == ["select 1", "select 2"]


DROPPED = [
    "\\restrict aBc",
    "\\unrestrict aBc",
    "begin;",
    "COMMIT;",
    "start transaction;",
    "SET statement_timeout = 0;",
    "SET default_tablespace = '';",
    "SET SESSION AUTHORIZATION postgres;",
    "set role postgres;",
    "RESET ALL;",
    'ALTER TABLE "public"."orders" OWNER TO "postgres";',
    "COMMENT ON EXTENSION pgcrypto IS 'x';",
    'CREATE SCHEMA IF NOT EXISTS "auth";',
    "CREATE PUBLICATION supabase_realtime WITH (publish = 'insert');",
    'ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_admin" IN SCHEMA "public" GRANT ALL ON TABLES TO "anon";',  # noqa: E501
    "GRANT SELECT ON TABLE orders TO reporting;",
]


@pytest.mark.parametrize("statement", DROPPED)
def test_what_belongs_to_the_session_or_to_supabase_is_dropped(
    tmp_path: Path, statement: str
) -> None:
    assert said(tmp_path, f"{statement}\nselect 1;") == ["select 1"]


KEPT = {
    "SET search_path = public;": "set local search_path = public",
    "SELECT pg_catalog.set_config('search_path', '', false);": "set local search_path = ''",
    "SET check_function_bodies = false;": "set local check_function_bodies = false",
    "CREATE SCHEMA crm;": "create schema if not exists crm",
    "grant select on orders to authenticated, anon;": (
        "grant select on orders to authenticated, anon"
    ),
    "alter publication supabase_realtime add table orders;": (
        "alter publication supabase_realtime add table orders"
    ),
    "create policy p on storage.objects for select using (true);": (
        "create policy p on storage.objects for select using (true)"
    ),
}


@pytest.mark.parametrize("statement", KEPT)
def test_what_others_mean_something_by_is_kept_for_the_transaction(
    tmp_path: Path, statement: str
) -> None:
    assert said(tmp_path, statement) == [KEPT[statement]]


def test_an_extension_is_made_where_the_server_has_it(tmp_path: Path) -> None:
    [statement] = said(tmp_path, "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA extensions;")

    assert "create extension if not exists vector with schema extensions;" in statement
    assert "raise notice 'the extension vector is not available here'" in statement


REFUSED = {
    "\n\nCOPY public.tags (id) FROM stdin;\n1\n\\.\n": "line 3: rows follow",
    "\\copy tags from 'tags.csv'": "line 1: \\copy tags from 'tags.csv' is for psql",
    "select 'a;": "line 1: a quote begins here and does not end",
    "select $$ a;": "line 1: $$ begins here and does not end",
    "select 1; /* a": "line 1: a comment begins here and does not end",
    "select 1;\nrollback;": "line 2: a revision is one transaction",
    'CREATE TABLE IF NOT EXISTS "auth"."users" ("id" uuid);': "auth.users is Supabase's own",
    "create function storage.foldername(text) returns text language sql as '';": (
        "storage.foldername is Supabase's own"
    ),
}


@pytest.mark.parametrize("script", REFUSED)
def test_what_no_revision_can_run_is_refused_with_its_line(tmp_path: Path, script: str) -> None:
    with pytest.raises(Failure) as failure:
        said(tmp_path, script)

    assert f"dump.sql, {REFUSED[script]}" in str(failure.value) or REFUSED[script] in str(
        failure.value
    )


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("20240102_b", "20240101_a"):
        (tmp_path / f"{name}.sql").write_text(f"select '{name}';")
    (tmp_path / "seed.txt").write_text("select 0;")

    found = [each for each in read_dump(tmp_path) if each[0] not in FIRST]

    assert found == [
        ("select '20240101_a'", "20240101_a.sql, line 1"),
        ("select '20240102_b'", "20240102_b.sql, line 1"),
    ]


@pytest.mark.parametrize("name", ["gone.sql", "empty"])
def test_nothing_to_read_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(Failure, match="is neither a file of SQL nor a folder of them"):
        read_dump(tmp_path / name)
