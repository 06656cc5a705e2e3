"""What a project's login `postgres` may do with the tables of Storage."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TypeAlias

import asyncpg
import pytest

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

FUNCTION = "storage.objects for each row execute function storage.update_updated_at_column()"
POLICY = "policy own on storage.objects"


@pytest.fixture
async def postgres(stand_in: dict[str, str]) -> AsyncGenerator[Connection]:
    """A connection as `postgres`, in a transaction that is rolled back."""
    connection = await asyncpg.connect(stand_in["MIGRATIONS_DATABASE_URL"])
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        f"create {POLICY} using (true); alter {POLICY} using (false); drop {POLICY}",
        f"create trigger own after insert on {FUNCTION}; drop trigger own on storage.objects",
        "create function public.own() returns int language sql as 'select 1'",
        "create table public.own (object uuid references storage.objects)",
        "insert into storage.buckets (id, name) values ('own', 'own')",
    ],
)
async def test_a_migration_may_do_this(postgres: Connection, statement: str) -> None:
    await postgres.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "alter table storage.objects add column own int",
        "alter table storage.objects disable row level security",
        "alter table storage.objects owner to postgres",
        "drop table storage.objects cascade",
        "create table storage.own ()",
        "create index on storage.objects (version)",
        "drop index storage.name_prefix_search",
        "alter function storage.foldername(text) rename to own",
        "drop function storage.protect_delete() cascade",
        f"create {POLICY} using (true); comment on {POLICY} is 'own'",
        "set local role supabase_storage_admin",
        "drop event trigger storage_keeps_its_shape",
    ],
)
async def test_a_migration_may_not_do_this(postgres: Connection, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await postgres.execute(statement)


@pytest.mark.parametrize("table", ["objects", "buckets"])
@pytest.mark.parametrize("role", ["postgres", "service_role"])
async def test_rows_do_not_go_by_sql(postgres: Connection, table: str, role: str) -> None:
    await postgres.execute(f"set local role {role}")

    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refusal:
        await postgres.execute(f"delete from storage.{table}")

    assert str(refusal.value).splitlines()[0] == (
        "Direct deletion from storage tables is not allowed. Use the Storage API instead."
    )


@pytest.mark.parametrize("role", ["anon", "authenticated"])
async def test_without_a_policy_the_api_sees_nothing(postgres: Connection, role: str) -> None:
    """Also on tables that a project is born with row level security is in force."""
    await postgres.execute("insert into storage.buckets (id, name) values ('own', 'own')")
    await postgres.execute("insert into storage.objects (bucket_id, name) values ('own', 'a')")
    await postgres.execute(f"set local role {role}")

    for table in ("buckets", "objects"):
        assert await postgres.fetchval(f"select row_security_active('storage.{table}')")
        assert await postgres.fetch(f"select from storage.{table}") == []


@pytest.mark.parametrize(
    ("name", "folders", "file", "extension"),
    [
        ("a/b/c.tar.gz", ["a", "b"], "c.tar.gz", "gz"),
        ("c", [], "c", "c"),
        ("a//b", ["a", ""], "b", "b"),
        ("a/../b", ["a", ".."], "b", "b"),
        ("a/", ["a"], "", ""),
    ],
)
async def test_a_name_falls_into_parts(
    postgres: Connection, name: str, folders: list[str], file: str, extension: str
) -> None:
    row = await postgres.fetchrow(
        "select storage.foldername($1), storage.filename($1), storage.extension($1)", name
    )

    assert row is not None
    assert list(row) == [folders, file, extension]
