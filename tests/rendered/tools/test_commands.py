"""Commands that only look, Supabase's own tables, and mistakes in declarations."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from anyio import to_thread
from tests.rendered.shape import HAS_RLS

from my_supabase_service.settings import Settings


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

    await sql.execute("alter table memos drop constraint fk_memos_owner_id")
    with pytest.raises(CommandError, match=r"add_fk.*fk_memos_owner_id"):
        await to_thread.run_sync(command.check, alembic(root, settings))
    await sql.execute(
        "alter table memos add constraint fk_memos_owner_id foreign key (owner_id)"
        " references auth.users"
    )
    with pytest.raises(CommandError, match=r"dropped constraint fk_memos_owner_id.*add_fk"):
        await to_thread.run_sync(command.check, alembic(root, settings))


MISTAKES = {
    "model": ("class Memo(Base)", "class Memo(Base", "SyntaxError: "),
}
if HAS_RLS:
    MISTAKES["policies"] = (
        '"select", using=IS_OWNER',
        '"select"',
        "ValueError: memos: policy",
    )


@pytest.mark.parametrize("module", MISTAKES)
async def test_a_mistake_in_a_declaration_is_told_in_a_line(
    root: Path, tmp_path: Path, owner_url: str, module: str
) -> None:
    right, wrong, sentence = MISTAKES[module]
    copy(root / "pyproject.toml", tmp_path)
    for folder in ("migrations", "src"):
        copytree(root / folder, tmp_path / folder)
    feature = tmp_path / "src" / "my_supabase_service" / "memos"
    left_out = () if HAS_RLS else ("policies.py",)
    copytree(root / "tests/rendered/memos", feature, ignore=ignore_patterns(*left_out))
    file = feature / f"{module}.py"
    file.write_text(file.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")

    urls = {
        "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
        "DATABASE_URL": owner_url,
        "MIGRATIONS_DATABASE_URL": owner_url,
    }
    service = "from my_supabase_service.cli import app; app()"
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
    assert told.stderr.startswith(f"migrate: memos/{module}.py, line ")
    assert sentence in told.stderr
    assert len(told.stderr.splitlines()) == 1
