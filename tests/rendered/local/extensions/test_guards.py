"""What the stand-in lacks is told with what to do, and the guard of the docs does it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from anyio import to_thread
from tests.rendered.docs.blocks import blocks

from my_supabase_service.settings import Settings
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.migrations.upgrade import upgrade

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Migrate: TypeAlias = Callable[..., None]

REVISION = '''
"""A revision of a test."""
from alembic import op
revision, down_revision, branch_labels, depends_on = "added", "{down}", None, None
def upgrade() -> None:
    for statement in {statements}: op.execute(statement)
'''


@pytest.fixture
def migrate(root: Path, tmp_path: Path, settings: Settings) -> Migrate:
    """Migrate the test's database with these statements in the newest revision."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "migrations", tmp_path / "migrations")

    def run(*statements: str) -> None:
        scripts = ScriptDirectory.from_config(Config(toml_file=tmp_path / "pyproject.toml"))
        text = REVISION.format(down=scripts.get_current_head(), statements=statements)
        (tmp_path / "migrations/versions/99990101_0000_added.py").write_text(text, encoding="utf-8")
        upgrade(tmp_path, settings)

    return run


@pytest.fixture
def guards(root: Path) -> list[str]:
    """The guards that the page shows, in its order: an index, and an extension."""
    return [block.text for block in blocks(root / "docs" / "extensions.md")]


@pytest.mark.parametrize(
    ("statement", "lacking"),
    [
        ("create extension postgis", 'extension "postgis"'),
        ("create extension if not exists postgis with schema extensions", 'extension "postgis"'),
        ("create index on memos using gin (title gin_trgm_ops)", 'operator class "gin_trgm_ops"'),
        (
            "create index on memos using gist (title extensions.gist_trgm_ops)",
            'operator class "extensions.gist_trgm_ops"',
        ),
        (
            "create table booked (room int, exclude using gist (room with =))",
            'default operator class for access method "gist"',
        ),
    ],
)
async def test_what_is_lacking_is_told_with_what_to_do(
    migrate: Migrate, statement: str, lacking: str
) -> None:
    with pytest.raises(Failure) as failure:
        await to_thread.run_sync(migrate, statement)

    assert re.fullmatch(
        rf"migrate: versions/\S+_added.py, line 6: \w+: this Postgres has no {lacking}; where the"
        r" local one lacks what your project has, guard the statement as docs/extensions.md shows",
        str(failure.value),
    )


async def test_the_guards_of_the_page_pass_and_print_one_line(
    migrate: Migrate, guards: list[str], sql: Sql, capsys: pytest.CaptureFixture[str]
) -> None:
    index, extension = guards
    await to_thread.run_sync(migrate, "create extension pg_trgm", index, extension)

    told = [line for line in capsys.readouterr().err.splitlines() if "applied" not in line]
    assert [line.partition(":")[0] for line in told] == ["migrate", "migrate"]
    assert "gin_trgm_ops" in told[0]
    assert "postgis" in told[1]
    assert await sql.fetchval("select to_regclass('notes_title_trgm')") is None


async def test_the_guarded_index_is_made_by_the_real_extension(
    guards: list[str], real: Sql
) -> None:
    """And finds what is alike: the guard asks for what the index needs, and for nothing else."""
    await real.execute(
        f"""
        set search_path = public, extensions;
        create extension if not exists pg_trgm with schema extensions;
        create table notes (title text);
        {guards[0]}
        """
    )

    assert await real.fetchval("select to_regclass('notes_title_trgm')::text") == "notes_title_trgm"
    await real.execute("drop table notes; drop extension pg_trgm")


async def test_only_what_a_revision_raises_is_told(
    migrate: Migrate, capsys: pytest.CaptureFixture[str]
) -> None:
    """Postgres's own notices say that nothing was to be done."""
    await to_thread.run_sync(
        migrate,
        "create extension if not exists pgcrypto",
        "drop table if exists nothing",
        "do $$ begin raise warning E'two\\nlines'; raise notice 'and one'; end $$",
    )

    told = [line for line in capsys.readouterr().err.splitlines() if "applied" not in line]
    assert told == ["migrate: two lines", "migrate: and one"]
