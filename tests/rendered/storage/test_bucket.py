"""The bucket and its policies: in the database as they are declared, and nothing beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from anyio import to_thread

from my_supabase_service.files.bucket import LARGEST, NAME, POLICIES, TYPES

CATALOGUE = """
    select polname, polcmd, polpermissive, polroles::regrole[]::text,
           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    from pg_policy where polrelid = $1::regclass order by polname
"""


async def test_the_policies_are_those_that_are_declared(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    await sql.execute("create table twin (like storage.objects)")
    for policy in POLICIES:
        conditions = [f"using ({policy.using})"] if policy.using else []
        conditions += [f"with check ({policy.check})"] if policy.check else []
        await sql.execute(
            f'create policy "{policy.name}" on twin for {policy.command} to authenticated'
            f" {' '.join(conditions)}"
        )

    assert await sql.fetch(CATALOGUE, "storage.objects") == await sql.fetch(CATALOGUE, "twin")


async def test_the_bucket_is_private_and_has_its_limits(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    bucket = await sql.fetchrow("select * from storage.buckets where id = $1", NAME)

    assert bucket
    assert bucket["public"] is False
    assert bucket["file_size_limit"] == LARGEST
    assert bucket["allowed_mime_types"] == list(TYPES)


async def test_a_migration_and_its_undoing_leave_no_policy(
    sql: asyncpg.Connection[asyncpg.Record], settings: Any, root: Path
) -> None:
    config = Config(toml_file=root / "pyproject.toml", attributes={"settings": settings})

    await to_thread.run_sync(command.downgrade, config, "base")
    assert await sql.fetch(CATALOGUE, "storage.objects") == []

    await to_thread.run_sync(command.upgrade, config, "head")
    assert len(await sql.fetch(CATALOGUE, "storage.objects")) == len(POLICIES)


async def test_a_public_bucket_of_that_name_is_not_taken_over(
    sql: asyncpg.Connection[asyncpg.Record], settings: Any, root: Path
) -> None:
    config = Config(toml_file=root / "pyproject.toml", attributes={"settings": settings})
    await to_thread.run_sync(command.downgrade, config, "base")
    await sql.execute("update storage.buckets set public = true where id = $1", NAME)

    with pytest.raises(Exception, match="is public: make it private first"):
        await to_thread.run_sync(command.upgrade, config, "head")
