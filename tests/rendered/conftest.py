"""The service with a feature of the proofs' own, a pooler, and a project of other tables."""

from __future__ import annotations

import asyncio
import gc
import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
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
from fastapi import FastAPI
from sqlalchemy import MetaData
from tests.rendered.bench.analysis import analysed_once
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer
from tests.rendered.bench.proxy import Proxy, proxy
from tests.rendered.memos.routes import router as memos
from tests.rendered.memos.table import UNMAKE, make_memos
from tests.rendered.shape import NOT_COLLECTED

from my_supabase_service.settings import Settings
from my_supabase_service.tools.migrations import environment

collect_ignore = NOT_COLLECTED

NUMBERS = itertools.count()


def pytest_collection_finish() -> None:
    """What was imported stays, and thousands of tests leave little that counts: look seldom."""
    gc.freeze()
    gc.set_threshold(20_000, 20)


@pytest.fixture(scope="session", autouse=True)
def _analysed_once() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    with analysed_once():
        yield


@pytest.fixture(scope="session")
def migrated(migrated: str) -> str:
    """Has the table of memos as well, and so has every database that is copied from it."""
    asyncio.run(make_memos(migrated))
    return migrated


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The service as it is, with one feature more."""
    app.include_router(memos)
    return app


@pytest.fixture
def refuse_memos(
    sql: asyncpg.Connection[asyncpg.Record],
) -> Callable[[str], Awaitable[None]]:
    """Let every new memo fail with an SQLSTATE, at commit: the last moment there is."""

    async def refuse(sqlstate: str) -> None:
        await sql.execute(
            f"""
            create function refuse() returns trigger language plpgsql as $$
              begin raise exception 'a secret of the database' using errcode = '{sqlstate}'; end
            $$;
            create constraint trigger refuse after insert on memos
              deferrable initially deferred for each row execute function refuse();
            """
        )

    return refuse


@pytest.fixture
def pool_size() -> int:
    """How many server connections the pooler has."""
    return 2


@pytest.fixture
async def bouncer(database_url: str, pool_size: int) -> AsyncGenerator[PgBouncer]:
    async with pgbouncer(database_url, pool_size=pool_size) as bouncer:
        yield bouncer


@pytest.fixture
async def network(bouncer: PgBouncer) -> AsyncGenerator[Proxy]:
    async with proxy("127.0.0.1", bouncer.port) as network:
        yield network


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
