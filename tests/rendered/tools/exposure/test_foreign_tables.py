"""A foreign table asks no policy: one that a role of the API reaches is closed, or named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from local.postgres import Postgres
from tests.rendered.tools.changes.run import Project
from tests.rendered.tools.changes.test_drift import execute
from tests.rendered.tools.exposure.planted import cards
from tests.rendered.tools.exposure.test_reachable import LINE
from tests.stand_in import at

from my_supabase_service.supabase import exposed

FAR = """
    create extension file_fdw;
    create server far foreign data wrapper file_fdw;
    create foreign table secrets (said text, told int)
        server far options (program 'echo "of bob,1"', format 'csv');
"""
OURS = """
    alter foreign table secrets owner to postgres;
    grant select, update (told) on secrets to anon;
    grant all on secrets to authenticated;
"""
THEIRS = "grant select (said) on secrets to anon; grant insert on secrets to authenticated"
NAME = "foreign table public.secrets"

Plant = Callable[..., None]


@pytest.fixture
def made(
    project: Callable[[str, str], Project], server: Callable[[str], Postgres], tmp_path: Path
) -> tuple[Project, Plant]:
    """A project with a table, and what makes a foreign one; 17 comes with `file_fdw`."""
    database = f"foreign_{tmp_path.name}".removesuffix("0").lower()
    made = project("17", database)
    made.revise(cards(), "1 cards")
    url = at(server("17").url("supabase_admin"), database)

    def plant(*statements: str) -> None:
        asyncio.run(execute(url, FAR, *statements))

    return made, plant


def rows(made: Project) -> list[str]:
    """Return what `anon` reads in the foreign table."""

    async def read() -> list[str]:
        connection = await asyncpg.connect(made.url)
        await connection.execute("set role anon")
        try:
            return [row["said"] for row in await connection.fetch("select said from secrets")]
        except asyncpg.InsufficientPrivilegeError:
            return []
        finally:
            await connection.close()

    return asyncio.run(read())


def test_ours_is_found_and_closed_and_its_undoing_opens_it_again(
    made: tuple[Project, Plant],
) -> None:
    project, plant = made
    plant(OURS)
    assert rows(project) == ["of bob"]
    assert NAME in project.complaint(cards())

    project.revise(cards(), "2 closed")

    assert rows(project) == []
    assert project.complaint(cards()) == ""
    project.act(cards(), "downgrade", "-1")
    assert rows(project) == ["of bob"]


def test_one_of_another_owner_is_named_and_left_until_it_is_said_to_be_meant(
    made: tuple[Project, Plant], caplog: pytest.LogCaptureFixture
) -> None:
    project, plant = made
    plant(THEIRS)

    text = project.revise(cards(), "2 nothing")

    assert "secrets" not in text
    assert rows(project) == ["of bob"]
    caplog.clear()
    assert NAME in project.complaint(cards())
    [line] = [found[0] for each in caplog.messages if (found := LINE.search(each))]
    assert "{'anon': 'select (said)', 'authenticated': 'insert'}" in line
    meant = cards()
    exec(line, {"exposed": partial(exposed, metadata=meant)})  # noqa: S102  # a line of ours
    assert project.complaint(meant) == ""
