"""What a deployment may rely on when it migrates."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from anyio import to_thread
from pydantic import SecretStr
from tests.rendered.memos.table import UNMAKE

from my_supabase_service.settings import Settings
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.migrations import lock
from my_supabase_service.tools.migrations.upgrade import upgrade

REVISION = '''
"""A revision of a test."""
import time
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{revision}", "{down}", None, None
def upgrade() -> None:
    {upgrade}
def downgrade() -> None:
    pass
'''


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of the project's migrations, to which a test may add."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "migrations", tmp_path / "migrations")
    return tmp_path


@pytest.fixture
def add_revision(project: Path) -> Callable[[str], None]:
    """Add a revision after the newest, with this line in its `upgrade`."""

    def add(line: str) -> None:
        scripts = ScriptDirectory.from_config(Config(toml_file=project / "pyproject.toml"))
        text = REVISION.format(revision="added", down=scripts.get_current_head(), upgrade=line)
        path = project / "migrations" / "versions" / "99990101_0000_added.py"
        path.write_text(text, encoding="utf-8")

    return add


def alembic(project: Path, settings: Settings) -> Config:
    return Config(toml_file=project / "pyproject.toml", attributes={"settings": settings})


async def test_two_revisions_of_one_minute_and_message_are_two_files(
    project: Path, settings: Settings
) -> None:
    for _ in range(2):
        revision = partial(command.revision, alembic(project, settings), "the same")
        await to_thread.run_sync(revision)

    assert len([*(project / "migrations" / "versions").glob("*_the_same_*.py")]) == 2


async def test_the_models_and_the_migrations_agree(root: Path, settings: Settings) -> None:
    await to_thread.run_sync(command.check, alembic(root, settings))


async def test_every_migration_can_be_undone(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute(UNMAKE)

    await to_thread.run_sync(command.downgrade, alembic(root, settings), "base")

    left = "select tablename from pg_tables where schemaname = 'public'"
    assert await sql.fetch(left) == []
    await to_thread.run_sync(upgrade, root, settings)


async def test_tables_of_supabase_are_never_compared(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Else autogenerate would drop them."""
    for schema in ("realtime", "vault", "graphql", "pgmq_public", "cron", "net"):
        await sql.execute(f"create schema {schema}; create table {schema}.theirs (id int)")

    await to_thread.run_sync(command.check, alembic(root, settings))


async def test_a_column_that_no_model_has_is_drift(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """The other side of the test above: what is ours is compared."""
    await sql.execute("alter table memos add forgotten int")

    with pytest.raises(CommandError, match="forgotten"):
        await to_thread.run_sync(command.check, alembic(root, settings))


async def test_migrations_can_be_written_down_as_sql(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record], tmp_path: Path
) -> None:
    """For those whose database another team migrates: it runs on a new project as it is."""
    await to_thread.run_sync(command.downgrade, alembic(root, settings), "base")
    await sql.execute("drop schema alembic cascade")
    config = alembic(root, settings)
    with (tmp_path / "all.sql").open("w") as file:
        config.output_buffer = file
        await to_thread.run_sync(partial(command.upgrade, config, "head", sql=True))

    await sql.execute((tmp_path / "all.sql").read_text())

    await to_thread.run_sync(command.check, alembic(root, settings))


async def test_the_version_table_is_outside_of_public(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    where = "select schemaname from pg_tables where tablename = 'alembic_version'"
    assert await sql.fetchval(where) == "alembic"


async def test_a_broken_migration_is_told_in_one_line_and_undone(
    project: Path,
    settings: Settings,
    add_revision: Callable[[str], None],
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    add_revision("op.execute('create table half (id int)'); op.execute('select nonsense')")

    with pytest.raises(Failure) as failure:
        await to_thread.run_sync(upgrade, project, settings)

    assert re.fullmatch(r"migrate: \S+_added.py, line 8: \w+: .*nonsense.*", str(failure.value))
    assert await sql.fetchval("select to_regclass('half')") is None


async def test_a_migration_gives_way_to_a_table_in_use(
    project: Path,
    settings: Settings,
    add_revision: Callable[[str], None],
    sql: asyncpg.Connection[asyncpg.Record],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Waiting on, it would hold up every query that comes after it."""
    monkeypatch.setattr(lock, "LOCK_WITHIN", "100ms")
    add_revision("op.execute('alter table memos add column added int')")

    async with sql.transaction():
        await sql.execute("select * from memos")
        with pytest.raises(Failure, match="in use for 100ms"):
            await to_thread.run_sync(upgrade, project, settings)


@pytest.mark.parametrize(
    "change",
    [
        "op.alter_column('memos', 'body', type_=sa.Integer, postgresql_using='length(body)')",
        "op.execute('alter table memos alter body type bytea using body::bytea')",
        "op.execute('alter table memos drop body, add body int')",
    ],
)
async def test_a_column_type_does_not_change_under_a_running_service(
    project: Path,
    settings: Settings,
    add_revision: Callable[[str], None],
    sql: asyncpg.Connection[asyncpg.Record],
    change: str,
) -> None:
    """Its connections would go on to read the old type, without an error."""
    bound = "op.execute('alter table memos drop constraint ck_memos_body_length')"
    add_revision(f"{bound}; {change}")

    with pytest.raises(Failure, match=r"memos\.body from text to \w+ would change"):
        await to_thread.run_sync(upgrade, project, settings)
    kept = "select pg_typeof(body)::text from (select) one left join memos on true"
    assert await sql.fetchval(kept) == "text"

    await to_thread.run_sync(partial(upgrade, project, settings, stopped=True))


async def test_a_change_that_reads_the_same_is_no_change_of_type(
    project: Path, settings: Settings, add_revision: Callable[[str], None]
) -> None:
    add_revision("op.execute('alter table memos alter title type varchar(300)')")

    await to_thread.run_sync(upgrade, project, settings)


async def test_a_deployment_does_not_wait_for_another_for_ever(
    root: Path,
    settings: Settings,
    sql: asyncpg.Connection[asyncpg.Record],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lock, "WITHIN", 0.1)
    await sql.execute("select pg_advisory_lock(hashtext('alembic'))")

    with pytest.raises(Failure, match="another deployment"):
        await to_thread.run_sync(upgrade, root, settings)


async def test_a_login_that_owns_nothing_must_be_told_where_to_migrate(
    root: Path, settings: Settings
) -> None:
    pooled = SecretStr("postgresql://app.x:y@aws-0-eu-central-1.pooler.supabase.com:6543/postgres")
    changes = {"database_url": pooled, "migrations_database_url": None}

    with pytest.raises(Failure, match="MIGRATIONS_DATABASE_URL is not set"):
        await to_thread.run_sync(upgrade, root, settings.model_copy(update=changes))
