"""What anon, a stranger and an owner can really do, and that nothing is left of the trying."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from local import programs
from local.postgres import Postgres
from sqlalchemy import NullPool, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from tests.rendered.bench.versions import installed
from tests.rendered.tools.lint.conftest import born

from my_supabase_service.tools.lint.probe.printed import as_text
from my_supabase_service.tools.lint.probe.probe import try_all
from my_supabase_service.tools.lint.probe.target import Called, Outcome

SHOP = (Path(__file__).parent / "shop.sql").read_text(encoding="utf-8")

ALICE = "owner 11111111-1111-1111-1111-111111111111"
DONE = {
    ("table public.notes", "anon"): "- may - -",
    ("table public.notes", "a stranger"): "0 own 3 0",
    ("table public.notes", ALICE): "2 own 3 2",
    ("view public.leak", "anon"): "3 any 3 3",
    ("view public.leak", ALICE): "- - - -",
    ("table public.large", "anon"): "1000+ any 1000 may",
    ("table public.nothing", "anon"): "- - - -",
    ("table public.nothing", "a stranger"): "0 own - -",
    ("table public.diary", ALICE): "0 own - -",
    ("table public.diary", "a stranger"): "0 own - -",
    ("table public.letters", ALICE): "0 own - -",
    ("table public.walls", ALICE): "0 any - -",
    ("table public.walls", "a stranger"): "0 any - -",
    # Nothing to copy, and no policy: a row of nulls meets nothing but constraints.
    ("table public.brackets", "anon"): "0 any 0 0",
    ("view public.numbered", "anon"): "may - - -",
    ("view public.titles", "anon"): "3 may 3 3",
    ("table public.ruled", "anon"): "1 may 1 1",
    ("table public.worded", "anon"): "may may may may",
    ("table public.parted", "anon"): "1 any 1 1",
    ("table public.parent", "anon"): "may may may may",
    ("table public.lied_to", "anon"): "may may may may",
}
CALLED = {
    ("function public.mine()", "anon"): "may call; refused in it",
    ("function public.mine()", ALICE): "answers 2 rows",
    ("function public.mine()", "a stranger"): "answers 0 rows",
    ("function public.next_call()", "anon"): "may call; not called: it may write",
    ("function public.feigned()", "anon"): "may call; not called: it may write",
    ("function public.locks()", "anon"): "may call; not called: it may write",
    ("function public.fails()", "anon"): "may call; it fails: error 22012",
    ("function public.lied()", "anon"): "may call; not called: it may write",
    ("function public.found(text)", "anon"): "may call; not called: it takes arguments",
}


@pytest.mark.parametrize("version", installed())
def test_what_each_can_do_is_told_and_nothing_is_left_of_it(
    server: Callable[[str], Postgres], version: str
) -> None:
    """Not even a number of a sequence, though triggers, views and functions would take some."""
    url = asyncio.run(born(server(version), "shop", SHOP))
    before = dump(url, installed()[version])

    outcomes, called = asyncio.run(probe(url))

    told = {
        (each.object, it.who): f"{it.read} {it.insert} {it.update} {it.delete}"
        for each in outcomes
        for it in each.tried
    }
    assert {key: told.get(key) for key in DONE} == DONE
    answers = {(it.object, it.who): it.answer for it in called}
    assert {key: answers.get(key) for key in CALLED} == CALLED
    text = as_text(outcomes, called)
    assert "the sequence public.calls would advance" in text
    assert [line for line in text.splitlines() if len(line) > 80] == []
    after = dump(url, installed()[version])
    assert set(after.splitlines()) - set(before.splitlines()) == set()
    assert after == before
    assert "setval('public.calls', 1, false)" in before


async def probe(url: str) -> tuple[list[Outcome], list[Called]]:
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg", query={}), poolclass=NullPool
    )
    async with engine.connect() as connection:
        found = await connection.run_sync(try_all)
    await engine.dispose()
    return found


def dump(url: str, binaries: Path) -> str:
    """Return all that is in it, rows and the numbers of sequences included."""
    address = make_url(url).set(query={}).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603  # a program of Postgres
        [binaries / "pg_dump", "--exclude-schema=auth", f"--dbname={address}"],
        capture_output=True,
        encoding="utf-8",
        env=programs.environment(),
        check=True,
    )
    return "\n".join(line for line in done.stdout.splitlines() if "restrict" not in line)
