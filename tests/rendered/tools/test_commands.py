"""Commands that only look, Supabase's own tables, and mistakes in declarations."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from anyio import to_thread

from {{ package_name }}.settings import Settings


def alembic(project: Path, settings: Settings) -> Config:
    return Config(toml_file=project / "pyproject.toml", attributes={"settings": settings})


async def test_a_command_that_changes_nothing_waits_for_nobody_and_writes_nothing(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """`check` and `current` run beside a deployment, also on a database that is new."""
    await to_thread.run_sync(command.downgrade, alembic(root, settings), "base")
    await sql.execute("drop schema alembic cascade")
    await sql.execute("select pg_advisory_lock(hashtext('alembic'))")

    with pytest.raises(CommandError, match="not up to date"):
        await to_thread.run_sync(command.check, alembic(root, settings))
    await to_thread.run_sync(command.current, alembic(root, settings))

    assert await sql.fetchval("select to_regnamespace('alembic')") is None


async def test_the_table_of_people_is_never_made_changed_or_dropped(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Models declare as much of `auth.users` as a foreign key needs, which is not all of it."""
    await to_thread.run_sync(command.check, alembic(root, settings))

    await sql.execute("alter table notes drop constraint fk_notes_owner_id")
    with pytest.raises(CommandError, match=r"add_fk.*fk_notes_owner_id"):
        await to_thread.run_sync(command.check, alembic(root, settings))
    await sql.execute(
        "alter table notes add constraint fk_notes_owner_id foreign key (owner_id)"
        " references auth.users"
    )
    with pytest.raises(CommandError, match=r"remove_fk.*add_fk"):
        await to_thread.run_sync(command.check, alembic(root, settings))


MISTAKES = {
    "model": ("class Note(Base)", "class Note(Base", "SyntaxError: "),
{% if include_rls %}
    "policies": ('"select", using=IS_OWNER', '"select"', "ValueError: notes: policy"),
{% endif %}
}


@pytest.mark.parametrize("module", MISTAKES)
async def test_a_mistake_in_a_declaration_is_told_in_a_line(
    root: Path, tmp_path: Path, owner_url: str, module: str
) -> None:
    right, wrong, sentence = MISTAKES[module]
    copy(root / "pyproject.toml", tmp_path)
    for folder in ("migrations", "src"):
        copytree(root / folder, tmp_path / folder)
    (file,) = (tmp_path / "src").glob(f"*/notes/{module}.py")
    file.write_text(file.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")

    urls = {
        "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
        "DATABASE_URL": owner_url,
        "MIGRATIONS_DATABASE_URL": owner_url,
    }
    service = "from {{ package_name }}.cli import app; app()"
    told = await to_thread.run_sync(
        lambda: subprocess.run(  # noqa: S603
            [sys.executable, "-c", service, "migrate"],
            cwd=tmp_path,
            env=os.environ
            | urls
            | {"PYTHONPATH": str(file.parents[2]), "DATABASE_POOLING_MODE": "direct"},
            capture_output=True,
            text=True,
            check=False,
        )
    )

    assert told.returncode == 1
    assert told.stderr.startswith(f"migrate: notes/{module}.py, line ")
    assert sentence in told.stderr
    assert len(told.stderr.splitlines()) == 1
