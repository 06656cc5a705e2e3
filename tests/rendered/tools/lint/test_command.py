"""The command: what it prints, what it exits with, and as whom it can ask."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from local.postgres import Postgres
from sqlalchemy import MetaData
from tests.rendered.bench.versions import LOGIN_PASSWORD
from tests.rendered.tools.lint.conftest import born, lint
from tests.stand_in import at

from my_supabase_service.supabase import exposed
from my_supabase_service.tools.lint.finding import Finding
from my_supabase_service.tools.lint.printed import as_text
from my_supabase_service.tools.lint.probe.printed import as_text as probed_as_text
from my_supabase_service.tools.lint.probe.target import Called, Outcome, Tried
from my_supabase_service.tools.lint.read import ADVISORIES, Report

Lint = Callable[..., subprocess.CompletedProcess[str]]

NOBODY = "postgresql://postgres:postgres@127.0.0.1:1/postgres"


@pytest.fixture(scope="module")
def broken_url(server: Callable[[str], Postgres]) -> str:
    """Where a table is open to everybody, and a function acts as its owner."""
    sql = (
        "create table leak (id int primary key); grant select on leak to anon;"
        " create type size as enum ('s'); create function sized(size) returns int language sql"
        " security definer set search_path = '' return 1;"
        ' create view "All" as select * from leak; grant select on "All" to anon'
    )
    return asyncio.run(born(server("16"), "broken", sql))


@pytest.fixture
def command(root: Path, tmp_path: Path) -> Lint:
    def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        names = ("SUPABASE_", "DATABASE_", "MIGRATIONS_", "STORAGE_")
        kept = {name: it for name, it in os.environ.items() if not name.startswith(names)}
        return subprocess.run(  # noqa: S603  # the command of this project
            [Path(sys.executable).with_name("my-supabase-service"), "lint", *arguments],
            env={
                **kept,
                "ENV_FILE": str(tmp_path / "none"),
                "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
                "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of_no_project",
                "DATABASE_URL": url,
                "DATABASE_POOLING_MODE": "direct",
                "MIGRATIONS_DATABASE_URL": url,
            },
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_it_exits_with_1_and_prints_the_sql_that_mends_it(command: Lint, broken_url: str) -> None:
    done = command(broken_url)

    assert done.returncode == 1
    assert "error  rls_disabled_in_public: table public.leak\n" in done.stdout
    assert "alter table public.leak enable row level security\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("4 errors")


def test_json_has_the_same(command: Lint, broken_url: str) -> None:
    done = command(broken_url, "--json")

    assert done.returncode == 1
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    assert {
        "name": "rls_disabled_in_public",
        "level": "error",
        "object": "table public.leak",
        "why": "row level security is off, so every row is for anon",
        "remedy": "alter table public.leak enable row level security",
    } in findings


def test_sarif_has_what_its_schema_asks_for(
    command: Lint, broken_url: str, tmp_path: Path, root: Path
) -> None:
    """The fields that SARIF 2.1.0 requires, and the file that a code host needs."""
    done = command(broken_url, "--sarif", str(tmp_path / "lint.sarif"))

    assert (done.returncode, done.stdout) == (1, "")
    log: dict[str, Any] = json.loads((tmp_path / "lint.sarif").read_text(encoding="utf-8"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(ADVISORIES)
    assert run["results"]
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        file = location["physicalLocation"]["artifactLocation"]["uri"]
        assert (root / file).is_file()
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert all(isinstance(it, str) for it in result["partialFingerprints"].values())


@pytest.mark.parametrize("arguments", [(), ("--json",), ("--probe",)])
def test_it_exits_with_2_where_it_cannot_ask(command: Lint, arguments: tuple[str, ...]) -> None:
    done = command(NOBODY, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lint cannot log in: ")
    assert done.stderr.count("\n") == 1


def test_the_probe_is_printed_as_a_table_and_as_json(command: Lint, broken_url: str) -> None:
    done = command(broken_url, "--probe")

    assert done.returncode == 0
    assert "table public.leak [0]\n" in done.stdout
    assert "  anon                                        0        -" in done.stdout
    tried = json.loads(command(broken_url, "--probe", "--json").stdout)
    assert [it["object"] for it in tried["relations"]] == ["table public.leak", 'view public."All"']


def test_what_is_open_on_purpose_is_a_note_with_its_reason(broken_url: str) -> None:
    metadata = MetaData()
    for what, grants in (
        ("table public.leak", {"anon": "select"}),
        ("function public.sized(size)", {"anon": "execute"}),
        ('view public."All"', {"authenticated": "select"}),
    ):
        exposed(what, grants=grants, because="it is on the front page", metadata=metadata)

    found = asyncio.run(lint(broken_url, metadata)).findings

    levels = {(each.name, each.object): each for each in found}
    open_table = levels["rls_disabled_in_public", "table public.leak"]
    assert open_table.level == "info"
    assert open_table.why.endswith("on purpose: it is on the front page")
    name = "security_definer_function_executable"
    function = "function public.sized(public.size)"
    assert levels[f"anon_{name}", function].level == "info"
    # Not for those whom nobody named.
    assert levels[f"authenticated_{name}", function].level == "error"
    assert levels["security_definer_view", 'view public."All"'].level == "error"


def test_a_login_without_rights_finds_the_same(
    server: Callable[[str], Postgres], broken_url: str
) -> None:
    own = at(server("16").url("service_login", LOGIN_PASSWORD), "broken")

    mine, theirs = asyncio.run(lint(own)), asyncio.run(lint(broken_url))

    assert mine.findings == theirs.findings


def test_buckets_that_a_login_may_not_read_are_named(
    server: Callable[[str], Postgres], broken_url: str
) -> None:
    async def make() -> None:
        connection = await asyncpg.connect(broken_url)
        await connection.execute("create schema storage; create table storage.buckets (id text)")
        await connection.close()

    asyncio.run(make())
    own = at(server("16").url("service_login", LOGIN_PASSWORD), "broken")

    report = asyncio.run(lint(own))

    needed = {"public_bucket": "storage.buckets", "public_bucket_allows_listing": "storage.buckets"}
    assert report.not_asked == needed


def test_a_policy_for_everybody_and_a_public_bucket_can_be_meant(
    server: Callable[[str], Postgres],
) -> None:
    metadata = MetaData()
    because = "whoever sees the form may send it"
    for what, grants in (
        ("policy everybody_writes on public.form", {"anon": "insert"}),
        ("bucket avatars", {"anon": "select"}),
    ):
        exposed(what, grants=grants, because=because, metadata=metadata)

    sql = (
        "create table form (id int primary key); alter table form enable row level security;"
        " create policy everybody_writes on form for insert to anon with check (true);"
        " create policy everybody_else on form for insert to anon, authenticated"
        " with check (true);"
        " create schema storage; create table storage.buckets (id text, public bool);"
        " insert into storage.buckets values ('avatars', true), ('drafts', true)"
    )
    url = asyncio.run(born(server("16"), "meant", sql))

    found = asyncio.run(lint(url, metadata)).findings

    levels = {
        each.object: (each.level, each.why.endswith(f"on purpose: {because}"))
        for each in found
        if each.name in {"rls_policy_always_true", "public_bucket"}
    }
    assert levels == {
        "policy everybody_writes on public.form": ("info", True),
        "policy everybody_else on public.form": ("warn", False),
        "bucket avatars": ("info", True),
        "bucket drafts": ("warn", False),
    }


def test_no_name_moves_the_cursor() -> None:
    hostile = "a\x1b[2J\r"
    outcome = Outcome(hostile, "0", [Tried("anon")], hostile)

    told = as_text(Report([Finding("x", "warn", hostile, hostile, hostile)], {}))
    tried = probed_as_text([outcome], [Called(hostile, "anon", "-")])

    assert "\x1b" not in told + tried
    assert "\r" not in told + tried
    assert r"a\x1b[2J" in told
    assert r"a\x1b[2J" in tried
