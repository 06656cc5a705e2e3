"""A project whose tables a test declares, and its database as the login that migrates sees it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from io import StringIO
from pathlib import Path
from shutil import copytree
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from anyio import to_thread
from sqlalchemy import MetaData, NullPool, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from tests.rendered.memos.table import UNMAKE

from my_supabase_service.settings import Settings
from my_supabase_service.supabase.tables.policies import API_ROLES, Security
from my_supabase_service.tools.migrations import environment
from my_supabase_service.tools.migrations.policies.catalogue import read

NUMBERS = itertools.count()


@pytest.fixture
async def connection(owner_url: str) -> AsyncGenerator[AsyncConnection]:
    """The test's database, in a transaction that may only read."""
    url = make_url(owner_url).set(drivername="postgresql+asyncpg", query={})
    options = {"postgresql_readonly": True}
    engine = create_async_engine(url, poolclass=NullPool, execution_options=options)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.fixture
async def act(
    root: Path,
    tmp_path: Path,
    settings: Settings,
    sql: asyncpg.Connection[asyncpg.Record],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Awaitable[str]]:
    """Run a command of Alembic's in a project with these tables.

    Return what it writes down, or the newest revision.
    """
    # Without the formatting, which takes longer than all the rest.
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace("post_write_hooks", "no_hooks"))
    copytree(root / "migrations", tmp_path / "migrations")
    await sql.execute("drop table if exists notes")
    await sql.execute(UNMAKE)

    async def act(metadata: MetaData, name: str, *arguments: str, **options: Any) -> str:
        monkeypatch.setattr(environment, "load_models", lambda: metadata)
        config = Config(toml_file=tmp_path / "pyproject.toml", attributes={"settings": settings})
        config.output_buffer = StringIO()
        await to_thread.run_sync(partial(getattr(command, name), config, *arguments, **options))
        newest = max((tmp_path / "migrations" / "versions").glob("*.py"))
        return config.output_buffer.getvalue() or newest.read_text(encoding="utf-8")

    return act


@pytest.fixture
def revise(act: Callable[..., Awaitable[str]]) -> Callable[[MetaData], Awaitable[str]]:
    """Write the revision that brings the database to these tables, and run it."""

    async def revise(metadata: MetaData) -> str:
        message = f"next {next(NUMBERS):04}"
        text = await act(metadata, "revision", autogenerate=True, message=message)
        await act(metadata, "upgrade", "head")
        return text

    return revise


@pytest.fixture
def state(connection: AsyncConnection) -> Callable[[], Awaitable[Security]]:
    """Tell how the table `cards` is secured, in Postgres' words."""

    async def state() -> Security:
        every = await connection.run_sync(read, {*API_ROLES, "public"})
        await connection.rollback()
        return every["public", "cards"]

    return state
