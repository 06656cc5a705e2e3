"""No command prints a secret that a server says back in an error: each command, each secret."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from traceback import format_exception
from typing import Any, TypeAlias
from urllib.parse import quote

import asyncpg
import pytest
from anyio import to_thread
from local.cluster import password
from local.people import ALICE
from sqlalchemy import make_url
from tests.rendered.tools.doctor.planted import HARD, MARK, forms, planted, secrets
from tests.rendered.tools.doctor.saying_back import saying_back
from typer.testing import CliRunner

from my_supabase_service.cli import app
from my_supabase_service.settings import Settings
from my_supabase_service.tools.dev import stand_in

Environment: TypeAlias = "dict[str, str]"

ASKING = (
    "migrate",
    "revision -m next",
    "models",
    "adopt",
    "schema",
    "schema --json",
    "lint",
    "lint --json",
    "lint --probe",
    "doctor",
    f"doctor memos --as {ALICE}",
    "sql --as anon",
    "sql --as alice@example.com",
)
"""What asks the server of the settings; `revision` asks that of the stand-in, which is this one."""
APART = {"dev", "token", "serve", "template"}
"""What asks no server that these settings name, or is the service, whose log has its own proof."""

EVERY = {name: planted(name) for name in secrets(Settings)}
KEYS = {name: value for name, value in EVERY.items() if not name.endswith("_URL")}


def said(values: Iterable[str]) -> str:
    """Return an error that has each of *values* in every form."""
    return "no: " + " ".join(form for value in values for form in forms(value))


@pytest.fixture(autouse=True)
def _logging_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """What nobody has configured goes to stderr; pytest would have it for itself."""
    assert logging.lastResort
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.lastResort])


def run(words: str, environment: Environment, *more: str) -> str:
    """Return all that the command writes, and the error that Python would tell."""
    result = CliRunner().invoke(app, [*words.split(), *more], env=environment)
    told = "".join(format_exception(result.exception)) if result.exception else ""
    return f"{result.stdout}{result.stderr}{told}"


def test_each_command_is_asked() -> None:
    groups: list[Any] = [app, *(it.typer_instance for it in app.registered_groups)]
    known = {it.callback.__name__ for group in groups for it in group.registered_commands}

    assert {each.split()[0] for each in ASKING} == known - APART


@pytest.mark.parametrize("lets_in", [False, True], ids=["a login", "each statement"])
async def test_what_a_server_says_back_is_hidden(
    environment: Environment, root: Path, monkeypatch: pytest.MonkeyPatch, lets_in: bool
) -> None:
    monkeypatch.setattr(stand_in, "stand_in", nullcontext)
    monkeypatch.chdir(root)
    async with saying_back(said([*EVERY.values(), HARD]), lets_in=lets_in) as port:
        url = f"postgresql://postgres:{quote(HARD, safe='')}@127.0.0.1:{port}/postgres"
        urls = dict.fromkeys(("DATABASE_URL", "MIGRATIONS_DATABASE_URL"), f"{url}?sslmode=disable")
        there = {**environment, **EVERY, **urls, "DATABASE_POOL_TIMEOUT": "0.5"}
        told: dict[str, str] = {}
        for words in ASKING:
            query = ["select 1"] * words.startswith("sql")
            told[words] = await to_thread.run_sync(run, words, there, *query)

    assert {words: text for words, text in told.items() if MARK in text} == {}
    assert {words: text for words, text in told.items() if "***" not in text} == {}


PLANTED = f"""
    insert into memos (owner_id, title) values ('{ALICE}', 'hers');
    create function says_back() returns boolean language plpgsql stable as
        $f$ begin raise exception '%', $said$a "word" of {said(KEYS.values())}$said$; end $f$;
    create function refuses() returns event_trigger language plpgsql as
        $f$ begin perform public.says_back(); end $f$;
    grant execute on function says_back() to authenticated;
    create policy says_back on memos to authenticated using (says_back());
    create trigger acts before insert on memos
        for each row execute function suppress_redundant_updates_trigger();
    create event trigger refuses on ddl_command_start when tag in ('ALTER TABLE')
        execute function refuses();
"""
"""Policies say it back, and whoever alters a table is told it, as the probe does."""


async def test_what_a_statement_says_back_is_hidden_among_results(
    environment: Environment, owner_url: str, scratch: Path
) -> None:
    admin = make_url(owner_url).set(username="supabase_admin")
    admin = admin.set(password=password(scratch / "postgres", "supabase_admin"))
    superuser = await asyncpg.connect(admin.render_as_string(hide_password=False))
    await superuser.execute(PLANTED)
    await superuser.close()
    there = {**environment, **KEYS}

    told = {
        words: await to_thread.run_sync(run, words, there, *more)
        for words, more in {
            f"doctor memos --as {ALICE}": [],
            f"doctor memos --json --as {ALICE}": [],
            f"sql --as {ALICE}": ["select says_back()"],
            "lint --probe": [],
            "lint --probe --json": [],
        }.items()
    }

    assert {words: text for words, text in told.items() if MARK in text} == {}
    assert {words: text for words, text in told.items() if "***" not in text} == {}
