"""Migrations that are missing, from elsewhere, or cannot be read; and the template's releases."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import copy, copytree
from typing import TypeAlias

import asyncpg
import pytest
from tests.rendered.tools.doctor.conftest import Look

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

REVISION = '''"""A {name}"""

revision = "{name}"
down_revision = "{before}"


def upgrade() -> None:
    pass
'''


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """The project's migrations, in a folder where they can be changed."""
    for file in ("pyproject.toml", ".copier-answers.yml"):
        copy(root / file, tmp_path)
    package = next((root / "src").iterdir()).name
    (tmp_path / "src" / package).mkdir(parents=True)
    (tmp_path / "src" / package / "__init__.py").touch()
    copytree(root / "migrations", tmp_path / "migrations")
    return tmp_path


async def newest(sql: Sql) -> str:
    return str(await sql.fetchval("select version_num from alembic.alembic_version"))


def write(checkout: Path, name: str, before: str) -> None:
    file = checkout / "migrations" / "versions" / f"20991231_{name}.py"
    file.write_text(REVISION.format(name=name, before=before), encoding="utf-8")


async def test_a_migration_that_is_not_applied_is_named(
    look: Look, checkout: Path, sql: Sql
) -> None:
    write(checkout, "later", await newest(sql))

    said = await look(checkout)

    assert said.alone("migrations").says == "1 is not applied, first later (A later)"
    assert said["migrations"].remedy == "run `migrate`"


async def test_a_database_without_any_is_told(look: Look, checkout: Path, sql: Sql) -> None:
    await sql.execute("drop table alembic.alembic_version")

    said = await look(checkout)

    assert "not applied, first 3b7d05e9c1f2" in said.alone("migrations").says


async def test_a_revision_of_another_branch_is_named(look: Look, checkout: Path, sql: Sql) -> None:
    await sql.execute("update alembic.alembic_version set version_num = 'of_a_branch'")

    said = await look(checkout)

    assert said.alone("migrations").says.startswith("the database is at of_a_branch, which is not")
    assert "check out the code that has it" in said["migrations"].remedy


async def test_two_newest_revisions_are_told(look: Look, checkout: Path, sql: Sql) -> None:
    for name in ("one", "two"):
        write(checkout, name, await newest(sql))

    said = await look(checkout)

    assert said.alone("migrations").says == "2 revisions are the newest: one, two"


async def test_a_revision_that_is_broken_is_told(look: Look, checkout: Path) -> None:
    (checkout / "migrations" / "versions" / "broken.py").write_text("def", encoding="utf-8")

    said = await look(checkout)

    assert "versions/broken.py, line 1: SyntaxError" in said.alone("migrations").says


async def test_a_login_of_migrations_that_is_refused_is_told(look: Look, owner_url: str) -> None:
    said = await look(MIGRATIONS_DATABASE_URL=owner_url.replace("/test_", "/no_"))

    line = said.alone("migrations")
    assert line.says.startswith("migrations cannot log in (MIGRATIONS_DATABASE_URL)")


async def test_no_place_for_migrations_to_log_in_is_a_warning(look: Look) -> None:
    said = await look(MIGRATIONS_DATABASE_URL=None)

    assert "set MIGRATIONS_DATABASE_URL" in said.alone("migrations", "warn").remedy


async def test_a_login_that_may_not_read_what_was_migrated_is_a_warning(
    look: Look, database_url: str
) -> None:
    said = await look(MIGRATIONS_DATABASE_URL=database_url)

    line = said["migrations"]
    assert line.level == "warn"
    assert "permission denied for schema alembic" in line.says
    assert line.remedy == "set MIGRATIONS_DATABASE_URL to the login that migrates"


async def test_without_the_project_s_folder_the_rest_is_looked_at(look: Look) -> None:
    said = await look(None)

    assert said.lines("FAIL") == []
    assert said["migrations"].level == said["template"].level == "skip"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template with two releases."""
    folder = tmp_path / "template"
    author = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    for words in (
        ("init", "--quiet", str(folder)),
        ("-C", str(folder), *author, "commit", "--quiet", "--allow-empty", "-m", "x"),
        ("-C", str(folder), "tag", "v0.9.0"),
        ("-C", str(folder), "tag", "v0.10.0"),
    ):
        subprocess.run(["git", *words], check=True)  # noqa: S603, S607
    return folder


@pytest.mark.parametrize(
    ("commit", "level"),
    [
        ("v0.9.0", "warn"),
        ("v0.9.0-3-g1234567", "warn"),
        ("v0.10.0", "ok"),
        ("v0.11.0", "ok"),
        ("abc1234", "skip"),
    ],
)
async def test_a_template_with_a_newer_release_is_a_warning(
    look: Look, checkout: Path, template: Path, commit: str, level: str
) -> None:
    answers = checkout / ".copier-answers.yml"
    lines = answers.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("_commit", "_src_path"))]
    said = [f"_commit: {commit}", f"_src_path: {template}", *kept]
    answers.write_text("\n".join(said), encoding="utf-8")

    line = (await look(checkout))["template"]

    assert line.level == level
    if level == "warn":
        assert line.says.startswith("v0.10.0 of the template is there")
        assert "uvx copier update" in line.remedy


async def test_a_project_without_its_answers_is_a_warning(look: Look, checkout: Path) -> None:
    (checkout / ".copier-answers.yml").unlink()

    said = await look(checkout)

    assert said.alone("template", "warn").says.startswith(".copier-answers.yml is not in")
    assert said["template"].remedy == "docs/upgrading.md"


async def test_a_template_out_of_reach_fails_nobody_and_shows_no_password(
    look: Look, checkout: Path, closed_port: int
) -> None:
    answers = checkout / ".copier-answers.yml"
    lines = answers.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("_src_path")]
    url = f"_src_path: https://somebody:t0ken@127.0.0.1:{closed_port}/x.git"
    answers.write_text("\n".join([url, *kept]), encoding="utf-8")

    said = await look(checkout)

    assert said["template"].level == "skip"
    assert "t0ken" not in said.report.as_text()
    assert said.lines("FAIL") == []
