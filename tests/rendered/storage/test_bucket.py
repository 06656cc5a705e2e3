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
from my_supabase_service.supabase.storage.access import ObjectPolicy
from my_supabase_service.tools.migrations.storage.statements import create_policy

CATALOGUE = """
    select polname, polcmd, polpermissive, polroles::regrole[]::text,
           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    from pg_policy where polrelid = $1::regclass order by polname
"""


async def test_the_policies_are_those_that_are_declared(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    """In the words of the catalogue, since only an owner may leave a comment on a policy."""
    await sql.execute("create table twin (like storage.objects)")
    for policy in POLICIES:
        await sql.execute(create_policy(policy, "twin"))

    assert await sql.fetch(CATALOGUE, "storage.objects") == await sql.fetch(CATALOGUE, "twin")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
async def test_a_condition_is_stored_as_the_declaration_says(
    sql: asyncpg.Connection[asyncpg.Record], policy: ObjectPolicy
) -> None:
    await sql.execute("create table twin (like storage.objects)")
    await sql.execute(create_policy(policy, "twin"))

    stored = await sql.fetchrow("select qual, with_check from pg_policies where tablename = 'twin'")

    assert stored
    assert [*stored] == [each and each.stored for each in (policy.using, policy.check)]


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
