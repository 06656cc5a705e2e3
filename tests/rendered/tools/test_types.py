"""A column's type changes while the service answers, behind a pooler."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from httpx import AsyncClient
from pydantic import SecretStr
from tests.rendered.bench.pgbouncer import PgBouncer

REVISION = '''
"""A change of a type that has the same size: nothing but the values tells."""
from alembic import op
revision, down_revision, branch_labels, depends_on = "types", "{head}", None, None
def upgrade() -> None:
    op.execute("""{change}""")
def downgrade() -> None:
    pass
'''

IN_PLACE = """
    alter table memos alter created_at drop default, drop constraint ck_memos_created_at_range,
      alter created_at type bigint using extract(epoch from created_at)::bigint
"""
ANEW = """
    do $$ begin
      alter type mood rename to mood_before;
      create type mood as enum ('a', 'b');
      alter table memos alter mood type mood using mood::text::mood;
      drop type mood_before;
    end $$
"""
BESIDE = "alter table memos add created_seconds bigint"


@pytest.fixture
def settings(settings: Any, bouncer: PgBouncer) -> Any:
    changes = {
        "database_url": SecretStr(bouncer.url),
        "database_pooling_mode": "transaction",
    }
    return settings.model_copy(update=changes)


@pytest.fixture
def migrate(
    root: Path, tmp_path: Path, stand_in: dict[str, str], owner_url: str, bouncer: PgBouncer
) -> Callable[..., Any]:
    """Deploy a migration with this change; give its exit code and what it said."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "migrations", tmp_path / "migrations")
    head = ScriptDirectory.from_config(
        Config(toml_file=tmp_path / "pyproject.toml")
    ).get_current_head()
    environment = {
        **os.environ,
        **stand_in,
        "DATABASE_URL": bouncer.url,
        "DATABASE_POOLING_MODE": "transaction",
        "MIGRATIONS_DATABASE_URL": owner_url,
    }

    async def run(change: str, *options: str) -> tuple[int | None, str]:
        revision = tmp_path / "migrations" / "versions" / "types.py"
        revision.write_text(REVISION.format(head=head, change=change), encoding="utf-8")
        command = Path(sys.executable).with_name("my-supabase-service")
        process = await asyncio.create_subprocess_exec(
            command,
            "migrate",
            *options,
            cwd=tmp_path,
            env=environment,
            stderr=asyncio.subprocess.PIPE,
        )
        _, told = await process.communicate()
        return process.returncode, told.decode()

    return run


class Readers:
    """Clients that read one memo again and again, and notice when it is another."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.right = 0
        self.wrong: list[str] = []
        self.memo: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self.memo = (await self.client.post("/memos", json={"title": "milk"})).json()
        self.tasks = [asyncio.create_task(self._read()) for _ in range(8)]
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0.5)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            answer = await self.client.get(f"/memos/{self.memo['id']}")
            if answer.json() == self.memo:
                self.right += 1
            else:
                self.wrong.append(answer.text)


async def test_a_migration_that_would_make_readers_see_wrong_values_does_not_go_through(
    alice: AsyncClient, migrate: Callable[..., Any]
) -> None:
    async with Readers(alice) as readers:
        code, told = await migrate(IN_PLACE)

    assert code == 1
    assert "memos.created_at from timestamp with time zone to bigint" in told
    assert readers.right > 10
    assert readers.wrong == []


async def test_an_enum_that_is_made_anew_is_another_type_of_the_same_name(
    sql: asyncpg.Connection[asyncpg.Record], migrate: Callable[..., Any]
) -> None:
    """Its values are sent with a number that open connections do not know."""
    await sql.execute("create type mood as enum ('a'); alter table memos add mood mood")

    code, told = await migrate(ANEW)

    assert code == 1
    assert "memos.mood from mood to a new type mood" in told


async def test_the_way_out_that_it_names_goes_through_unnoticed(
    alice: AsyncClient, migrate: Callable[..., Any]
) -> None:
    async with Readers(alice) as readers:
        code, _ = await migrate(BESIDE)

    assert code == 0
    assert readers.right > 10
    assert readers.wrong == []


async def test_without_the_refusal_readers_do_see_wrong_values(
    alice: AsyncClient, migrate: Callable[..., Any]
) -> None:
    """The control: told that the service is stopped, while it is not."""
    async with Readers(alice) as readers:
        code, _ = await migrate(IN_PLACE, "--stopped")

    assert code == 0
    assert any('"created_at":"2000-01-01T' in text for text in readers.wrong)
