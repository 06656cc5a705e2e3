"""Two deployments that migrate at the same time."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

SLOW = '''
"""A migration that two deployments would both begin."""
import time
from alembic import op
revision, down_revision, branch_labels, depends_on = "slow", "{head}", None, None
def upgrade() -> None:
    op.execute("create table slow (id int)")
    time.sleep(1)
def downgrade() -> None:
    pass
'''
CONCURRENT = SLOW.replace(
    'op.execute("create table slow (id int)")\n    time.sleep(1)',
    "time.sleep(2)\n    with op.get_context().autocommit_block():\n"
    '        op.execute("create index concurrently slow on memos (title)")',
)
"""What it makes without a transaction waits for every query that is under way."""


@pytest.fixture
def deployment(stand_in: dict[str, str], owner_url: str) -> dict[str, str]:
    """What the environment of a deployment says."""
    return {**stand_in, "MIGRATIONS_DATABASE_URL": owner_url}


@pytest.mark.parametrize("migration", [SLOW, CONCURRENT], ids=["slow", "concurrent"])
async def test_two_deployments_at_once_run_each_migration_once(
    root: Path,
    tmp_path: Path,
    deployment: dict[str, str],
    sql: asyncpg.Connection[asyncpg.Record],
    migration: str,
) -> None:
    """The second waits for the first, and finds nothing left to do."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "migrations", tmp_path / "migrations")
    scripts = ScriptDirectory.from_config(Config(toml_file=tmp_path / "pyproject.toml"))
    slow = tmp_path / "migrations" / "versions" / "slow.py"
    slow.write_text(migration.format(head=scripts.get_current_head()), encoding="utf-8")
    environment = os.environ | deployment

    async def deploy() -> int:
        alembic = (sys.executable, "-m", "alembic", "upgrade", "head")
        process = await asyncio.create_subprocess_exec(*alembic, cwd=tmp_path, env=environment)
        return await process.wait()

    assert await asyncio.gather(deploy(), deploy()) == [0, 0]
    assert await sql.fetchval("select version_num from alembic.alembic_version") == "slow"
