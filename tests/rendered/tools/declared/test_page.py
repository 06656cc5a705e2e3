"""What `docs/migrations.md` shows is declared, written, and agrees with the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from anyio import to_thread
from tests.rendered.docs.blocks import blocks

from my_supabase_service.settings import Settings
from my_supabase_service.supabase import Base

NOTES = "my_supabase_service.notes"
FEATURE = {"__name__": f"{NOTES}.views", "__package__": NOTES}

BY_HAND = "create function search(text) returns int language sql return 1"


@pytest.fixture
def alembic(
    root: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Run a command of Alembic's in a copy of the project, without the formatting."""
    for kind in ("views", "functions", "exposed"):
        monkeypatch.setitem(Base.metadata.info, kind, {})
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace("post_write_hooks", "no_hooks"))
    shutil.copytree(root / "migrations", tmp_path / "migrations")
    (tmp_path / "migrations" / "left_alone.txt").write_text("memos")  # which proofs brought
    config = Config(toml_file=tmp_path / "pyproject.toml", attributes={"settings": settings})

    async def run(name: str, *arguments: str, **options: Any) -> None:
        await to_thread.run_sync(partial(getattr(command, name), config, *arguments, **options))

    return run


async def test_what_the_page_shows_does_what_it_says(
    alembic: Callable[..., Any], root: Path, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    page = blocks(root / "docs" / "migrations.md")
    shown = (block.text for block in page if block.language == "python")
    declared, meant = (text for text in shown if "__init__.py" not in text)
    await sql.execute(BY_HAND)

    exec(declared, dict(FEATURE))  # noqa: S102  # text of this project
    with pytest.raises(CommandError, match=r"view public\.titles"):
        await alembic("check")
    exec(meant, dict(FEATURE))  # noqa: S102  # the same
    await alembic("revision", "page", autogenerate=True)
    await alembic("upgrade", "head")

    await alembic("check")
    can = "select has_function_privilege($1, $2, 'execute')"
    assert await sql.fetchval(can, "authenticated", "note_length(text)")
    assert not await sql.fetchval(can, "anon", "note_length(text)")
    assert await sql.fetchval(can, "anon", "search(text)")
    assert not await sql.fetchval(can, "authenticated", "search(text)")
    await alembic("downgrade", "-1")
    assert not await sql.fetchval("select to_regclass('titles')")
