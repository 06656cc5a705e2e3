"""What `alembic check` says of the bucket, and what a revision does about it."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from anyio import run_process, to_thread

from my_supabase_service.settings import Settings
from my_supabase_service.supabase import Base, exposed
from my_supabase_service.tools.migrations.upgrade import upgrade

Sql = asyncpg.Connection

POLICIES = "select * from pg_policies where schemaname = 'storage' order by policyname"

# This database is a copy, and other tests may have left files in the one that it was copied from.
WITHOUT_BUCKETS = """
    set storage.allow_delete_query = 'true';
    delete from storage.objects;
    delete from storage.buckets;
"""
READ = 'policy "files: owners read" on storage.objects'
CHANGES = {
    "dropped": f"drop {READ}",
    "for everybody": f"alter {READ} to public",
    "for two": f"alter {READ} to authenticated, anon",
    "always true": f"alter {READ} using (true)",
    "true for more": f"alter {READ} using (bucket_id = 'files' or current_setting('a.b') = ' :c')",
    "for another command": f"drop {READ}; create {READ} to authenticated using (true)",
    "restrictive": f"drop {READ}; create {READ} as restrictive for select using (true)",
    "without a check": 'alter policy "files: owners add" on storage.objects with check (true)',
    "another name": f'alter {READ} rename to "theirs"',
    "one more": "create policy theirs on storage.objects for select to anon using (true)",
    "one more restrictive": "create policy theirs on storage.objects as restrictive using (true)",
    "a public bucket": "update storage.buckets set public = true where id = 'files'",
}


@pytest.fixture
def config(root: Path, tmp_path: Path, settings: Settings) -> Config:
    """A copy of the project's migrations, to which a revision may be added.

    It is not formatted, which takes longer than all the rest.
    """
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace("post_write_hooks", "no_hooks"))
    shutil.copytree(root / "migrations", tmp_path / "migrations")
    return Config(toml_file=tmp_path / "pyproject.toml", attributes={"settings": settings})


async def test_a_migrated_database_is_as_it_is_declared(config: Config) -> None:
    await to_thread.run_sync(command.check, config)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_was_changed_past_the_declaration_is_found_and_made_good(
    config: Config, settings: Settings, sql: Sql[asyncpg.Record], tmp_path: Path, change: str
) -> None:
    declared = await sql.fetch(POLICIES)
    await sql.execute(change)
    changed = await sql.fetch(POLICIES)

    with pytest.raises(CommandError, match=r"files|theirs"):
        await to_thread.run_sync(command.check, config)
    await to_thread.run_sync(partial(command.revision, config, "good", autogenerate=True))
    await to_thread.run_sync(upgrade, tmp_path, settings)

    await to_thread.run_sync(command.check, config)
    assert await sql.fetch(POLICIES) == declared
    assert not await sql.fetchval("select public from storage.buckets where id = 'files'")
    await to_thread.run_sync(command.downgrade, config, "-1")
    assert await sql.fetch(POLICIES) == changed
    assert not await sql.fetchval("select public from storage.buckets where id = 'files'")


async def test_a_database_without_any_of_it_gets_all_of_it(
    config: Config, settings: Settings, sql: Sql[asyncpg.Record], tmp_path: Path
) -> None:
    wanted = await sql.fetch(POLICIES), await bucket(sql)
    for policy in wanted[0]:
        await sql.execute(f'drop policy "{policy["policyname"]}" on storage.objects')
    await to_thread.run_sync(partial(command.revision, config, "files", autogenerate=True))
    # Made while the bucket was there, for a database in which it is not.
    await sql.execute(WITHOUT_BUCKETS)

    await to_thread.run_sync(upgrade, tmp_path, settings)

    assert (await sql.fetch(POLICIES), await bucket(sql)) == wanted
    await to_thread.run_sync(command.check, config)


async def test_a_bucket_that_is_gone_comes_back(
    config: Config, settings: Settings, sql: Sql[asyncpg.Record], tmp_path: Path
) -> None:
    wanted = await bucket(sql)
    await sql.execute(WITHOUT_BUCKETS)

    with pytest.raises(CommandError, match="insert into storage"):
        await to_thread.run_sync(command.check, config)
    await to_thread.run_sync(partial(command.revision, config, "files", autogenerate=True))
    await to_thread.run_sync(upgrade, tmp_path, settings)

    assert await bucket(sql) == wanted


async def bucket(sql: Sql[asyncpg.Record]) -> asyncpg.Record | None:
    columns = "id, name, public, file_size_limit, allowed_mime_types"
    return await sql.fetchrow(f"select {columns} from storage.buckets")


async def test_a_revision_of_it_is_linted_as_it_is_written(
    root: Path, config: Config, sql: Sql[asyncpg.Record], tmp_path: Path
) -> None:
    """Also where it says, for the downgrade, what the catalogue said in one line."""
    shutil.copy(root / "pyproject.toml", tmp_path)  # with what formats a revision
    await sql.execute('drop policy "files: owners add" on storage.objects')
    await sql.execute(f"alter {READ} to public")
    await sql.execute("update storage.buckets set public = true")
    await to_thread.run_sync(partial(command.revision, config, "files", autogenerate=True))

    lint = [sys.executable, "-m", "ruff", "check", "--no-cache", "migrations/versions"]
    done = await run_process(lint, cwd=tmp_path, check=False)

    assert done.returncode == 0, done.stdout.decode()


async def test_other_buckets_are_left_alone(config: Config, sql: Sql[asyncpg.Record]) -> None:
    """Also limits that somebody set in the dashboard."""
    await sql.execute("""
        insert into storage.buckets (id, name, public) values ('theirs', 'theirs', true);
        update storage.buckets set file_size_limit = 1, allowed_mime_types = null;
    """)

    await to_thread.run_sync(command.check, config)


async def test_the_line_that_is_told_of_a_policy_is_pasted_and_check_is_content(
    config: Config,
    sql: Sql[asyncpg.Record],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await sql.execute("""
        create policy "Their ""new"" ones" on storage.objects to anon, service_role using (true);
        create policy theirs on storage.objects for insert with check (true);
    """)
    with pytest.raises(CommandError):
        await to_thread.run_sync(command.check, config)
    monkeypatch.setitem(Base.metadata.info, "exposed", {})

    told = [message.partition(" exposed(") for message in caplog.messages]
    lines = [f"exposed({line}" for _, found, line in told if found]
    for line in lines:
        exec(line, {"exposed": exposed})  # noqa: S102  # a line of ours

    assert len(lines) == 2
    await to_thread.run_sync(command.check, config)


async def test_a_policy_that_is_exposed_on_purpose_stays_as_it_is_said(
    config: Config, sql: Sql[asyncpg.Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql.execute("""
        create policy "Their pictures" on storage.objects for select to anon
            using (bucket_id = 'theirs')
    """)
    monkeypatch.setitem(Base.metadata.info, "exposed", {})
    exposed(
        'policy "Their pictures" on storage.objects',
        grants={"anon": "select"},
        because="the website shows them to everybody",
    )

    await to_thread.run_sync(command.check, config)
    await sql.execute('alter policy "Their pictures" on storage.objects to public')
    with pytest.raises(CommandError, match="Their pictures"):
        await to_thread.run_sync(command.check, config)
