"""A revision that builds an index while the table is written to: outside of a transaction."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from anyio import to_thread
from local import programs

from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.migrations import lock
from my_supabase_service.tools.migrations.upgrade import upgrade

# As docs/database.md shows it.
REVISION = '''
"""An index of titles."""

from alembic import op

revision, down_revision, branch_labels, depends_on = "added", "{down}", None, None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_notes_title", "notes", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_notes_title", "notes", ["title"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_notes_title", "notes", postgresql_concurrently=True)
'''
IS_VALID = "select indisvalid from pg_index where indexrelid = to_regclass('ix_notes_title')"
LOCKS = """
    select count(*) from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())
"""


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of the project's migrations, and one more."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "migrations", tmp_path / "migrations")
    scripts = ScriptDirectory.from_config(Config(toml_file=tmp_path / "pyproject.toml"))
    added = tmp_path / "migrations" / "versions" / "99990101_0000_added.py"
    added.write_text(REVISION.format(down=scripts.get_current_head()), encoding="utf-8")
    return tmp_path


def alembic(project: Path, settings: Any) -> Config:
    return Config(toml_file=project / "pyproject.toml", attributes={"settings": settings})


async def test_it_goes_up_and_down(
    project: Path, settings: Any, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """The turn is kept meanwhile, and given back at the end."""
    for _ in range(2):
        await to_thread.run_sync(upgrade, project, settings)
        assert await sql.fetchval(IS_VALID) is True
        await to_thread.run_sync(command.downgrade, alembic(project, settings), "-1")
        assert await sql.fetchval(IS_VALID) is None

    await to_thread.run_sync(command.downgrade, alembic(project, settings), "base")
    assert await sql.fetchval(LOCKS) == 0


async def test_it_gives_way_to_a_transaction_and_can_be_tried_again(
    project: Path,
    settings: Any,
    sql: asyncpg.Connection[asyncpg.Record],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is left of it is an index that is not valid; the message says so."""
    monkeypatch.setattr(lock, "LOCK_WITHIN", "300ms")
    async with sql.transaction():
        await sql.execute("update notes set title = title")
        with pytest.raises(Failure, match="drop the invalid index"):
            await to_thread.run_sync(upgrade, project, settings)
    assert await sql.fetchval(IS_VALID) is False

    await to_thread.run_sync(upgrade, project, settings)

    assert await sql.fetchval(IS_VALID) is True


async def test_it_can_be_written_down_as_sql(
    project: Path, settings: Any, owner_url: str, tmp_path: Path
) -> None:
    """For psql, which sends one statement at a time."""
    file = tmp_path / "added.sql"
    config = alembic(project, settings)
    head = ScriptDirectory.from_config(config).get_revision("added").down_revision
    with file.open("w") as config.output_buffer:
        await to_thread.run_sync(partial(command.upgrade, config, f"{head}:added", sql=True))

    options = ("--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={file}")
    await to_thread.run_sync(partial(programs.run, "psql", owner_url, *options))

    connection = await asyncpg.connect(owner_url)
    assert await connection.fetchval(IS_VALID) is True
    await connection.close()
