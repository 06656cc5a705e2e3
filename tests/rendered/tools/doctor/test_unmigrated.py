"""A database that was never migrated says so: to `doctor`, and to `lint`, which finds nothing."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

import pytest
from anyio import to_thread
from local.people import ALICE
from local.postgres import Postgres
from tests.rendered.bench.versions import running
from tests.rendered.docs.copies import copy_project, environment_of
from tests.rendered.tools.doctor.conftest import Look
from typer.testing import CliRunner

from my_supabase_service.cli import app
from my_supabase_service.settings import Settings
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.lint.look import lint, probe
from my_supabase_service.tools.persons.person import Asked
from my_supabase_service.tools.persons.query import answer


@pytest.fixture(scope="module")
def newborn(scratch: Path) -> Generator[Postgres]:
    """A project as it is born."""
    with running(scratch / "newborn", "16") as server:
        yield server


async def test_a_login_that_only_a_migration_makes_is_told(look: Look, newborn: Postgres) -> None:
    said = await look(
        DATABASE_URL=newborn.url("service_login", "any"),
        MIGRATIONS_DATABASE_URL=newborn.url("postgres"),
    )

    line = said.alone("login")
    assert line.says == "the database is not migrated yet, which makes the role service_login"
    assert line.remedy == "run `migrate`"


@pytest.mark.parametrize("owner", [None, "postgresql://postgres:wrong@127.0.0.1:{}/postgres"])
async def test_without_a_login_of_migrations_both_may_be(
    look: Look, newborn: Postgres, owner: str | None
) -> None:
    said = await look(
        DATABASE_URL=newborn.url("service_login", "any"),
        MIGRATIONS_DATABASE_URL=owner and f"{owner.format(newborn.port)}?sslmode=disable",
    )

    line = said.alone("login")
    assert line.says == "the password of service_login is wrong"
    assert "if there is no such role yet, `migrate` makes it" in line.remedy


@pytest.mark.parametrize("command", [lint, probe])
async def test_lint_finds_nothing_well_where_nothing_is(
    new_settings: Callable[..., Settings],
    newborn: Postgres,
    root: Path,
    command: Callable[..., bool],
) -> None:
    settings = new_settings(
        database_url=newborn.url("postgres"),
        supabase_url="http://127.0.0.1:1",
        supabase_publishable_key="sb_publishable_x",
    )
    migrate = "service migrate --local"

    with pytest.raises(Failure, match=f"not migrated yet: run `{migrate}`"):
        await to_thread.run_sync(partial(command, settings, root, "text", migrate=migrate))


@pytest.mark.parametrize("words", ["sql --as {} -", "doctor --as {}", "doctor notes --as {}"])
@pytest.mark.parametrize("user", ["anon", "alice@example.com", str(ALICE)])
async def test_what_a_person_sees_is_not_a_wrong_password(
    environment: dict[str, str],
    newborn: Postgres,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    user: str,
) -> None:
    """Nor an unknown user or table, all of which come with the first migration, and after it."""
    assert logging.lastResort
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.lastResort])
    there = {
        **environment,
        "DATABASE_URL": newborn.url("service_login", "any"),
        "MIGRATIONS_DATABASE_URL": newborn.url("postgres"),
    }

    asked = partial(CliRunner().invoke, app, words.format(user), env=there)
    result = await to_thread.run_sync(asked)

    who = words.split(maxsplit=1)[0]
    role = ", which makes the role service_login" * ((who, user) == ("sql", "anon"))
    sentence = f"the database is not migrated yet{role}: run `my-supabase-service migrate`"
    assert (result.exit_code, result.stderr) == (1, f"{who}: {sentence}\n")


@pytest.mark.parametrize("owner", [None, "wrong"])
async def test_who_cannot_know_says_what_was_refused(
    newborn: Postgres, new_settings: Callable[..., Settings], owner: str | None
) -> None:
    settings = new_settings(
        database_url=newborn.url("service_login", "any"),
        migrations_database_url=owner and newborn.url("postgres", owner),
        supabase_url="http://127.0.0.1:1",
        supabase_publishable_key="sb_publishable_x",
    )

    with pytest.raises(Failure, match="cannot act for them: the user or the password is wrong"):
        await answer(settings, Asked("anon"), "select 1")


def test_the_commands_name_the_one_that_mends_it(root: Path, tmp_path: Path) -> None:
    """On a stand-in that nobody has migrated."""
    folder = tmp_path / "service"
    copy_project(root, folder)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # the command of this project
            ["my-supabase-service", *words, "--local"],  # noqa: S607
            cwd=folder,
            env=environment_of(root, folder),
            capture_output=True,
            text=True,
            check=False,
        )

    migrate = "run `my-supabase-service migrate --local`"
    asked = {words: run(*words) for words in (("doctor",), ("lint",))}

    assert migrate in asked["doctor",].stdout
    assert asked["doctor",].returncode == 1
    assert asked["lint",].stderr == f"lint: the database is not migrated yet: {migrate}\n"
    assert asked["lint",].returncode == 2
