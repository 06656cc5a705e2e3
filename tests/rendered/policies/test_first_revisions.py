"""What the project's first revisions leave: a login without rights, and notes as declared."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from anyio import to_thread
from sqlalchemy import MetaData
from tests.rendered.memos.table import UNMAKE, make_memos

from my_supabase_service.settings import Settings
from my_supabase_service.supabase import Base
from my_supabase_service.tools.migrations.upgrade import upgrade

FUNCTION = "keep_updated_at"
"""What autogenerate does not see: it is written by hand, and its trigger too."""
MAY_SET = {"insert": ["owner_id", "title", "body"], "update": ["title", "body"]}


def alembic(project: Path, settings: Settings) -> Config:
    return Config(toml_file=project / "pyproject.toml", attributes={"settings": settings})


async def test_the_services_own_login_may_do_nothing_by_itself(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    """It only becomes what a request asks for, so whoever forgets to become that reads nothing.

    But for what an extension that a project is born with shows everybody, as on Supabase.
    """
    reachable = """
        select oid::regclass::text from pg_class
        where relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace::regnamespace::text
            not in ('pg_catalog', 'information_schema', 'pg_toast')
          and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
          and case relkind when 'S' then has_sequence_privilege('service_login', oid, 'usage')
              else has_any_column_privilege('service_login', oid, 'select, insert, update')
                  or has_table_privilege('service_login', oid, 'delete') end
        union all
        select nspname from pg_namespace where has_schema_privilege('service_login', oid, 'create')
    """
    assert await sql.fetch(reachable) == []
    for role in ("anon", "authenticated", "service_role"):
        assert await sql.fetchval("select pg_has_role('service_login', $1, 'member')", role)
        assert not await sql.fetchval("select pg_has_role('service_login', $1, 'usage')", role)


async def test_the_login_survives_another_database_that_is_undone(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Roles belong to the server, so `downgrade` of one database must not lock out another."""
    await to_thread.run_sync(command.downgrade, alembic(root, settings), "base")

    assert await sql.fetchval("select pg_has_role('service_login', 'anon', 'member')")
    await to_thread.run_sync(upgrade, root, settings)


@pytest.mark.parametrize("default_privileges", ["all", "nothing"])
async def test_whoever_made_the_project_notes_are_granted_as_declared(
    root: Path,
    settings: Settings,
    sql: asyncpg.Connection[asyncpg.Record],
    default_privileges: str,
) -> None:
    """Older Supabase projects grant new tables to the roles of the Data API by themselves."""
    await to_thread.run_sync(command.downgrade, alembic(root, settings), "base")
    if default_privileges == "all":
        await sql.execute(
            "alter default privileges in schema public grant all on tables"
            " to anon, authenticated, service_role, public;"
            "alter default privileges in schema public grant all on functions"
            " to anon, authenticated, service_role, public"
        )

    await to_thread.run_sync(upgrade, root, settings)

    columns = [column.name for column in Base.metadata.tables["notes"].columns]
    for role in ("anon", "authenticated", "service_role"):
        for privilege in ("select", "insert", "update", "delete", "truncate", "trigger"):
            allowed = "select has_table_privilege($1, 'notes', $2)"
            declared = role != "anon" and privilege in {"select", "delete"}
            assert await sql.fetchval(allowed, role, privilege) == declared
        for privilege, named in MAY_SET.items():
            allowed = "select has_column_privilege($1, 'notes', $2, $3)"
            may = [c for c in columns if await sql.fetchval(allowed, role, c, privilege)]
            assert may == ([] if role == "anon" else named)
        allowed = "select has_function_privilege($1, 'keep_updated_at()', 'execute')"
        assert not await sql.fetchval(allowed, role)


async def test_nothing_of_the_first_revisions_stays_when_they_are_undone(
    root: Path, settings: Settings, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute(UNMAKE)

    await to_thread.run_sync(command.downgrade, alembic(root, settings), "base")

    left = await sql.fetch("""
        select proname from pg_proc where pronamespace = 'public'::regnamespace
        union all
        select relname from pg_class where relnamespace = 'public'::regnamespace
    """)
    assert left == []


async def test_autogenerate_writes_what_the_revision_of_notes_does(
    act: Callable[..., Awaitable[str]],
    revise: Callable[[MetaData], Awaitable[str]],
    sql: asyncpg.Connection[asyncpg.Record],
    owner_url: str,
    tmp_path: Path,
) -> None:
    """The sample's revision is one like yours will be."""
    await make_memos(owner_url)  # among the models as well
    (notes,) = (tmp_path / "migrations" / "versions").glob("*_notes.py")
    written = notes.read_text(encoding="utf-8")
    notes.unlink()
    await sql.execute("update alembic.alembic_version set version_num = 'c41a7e90d5b3'")

    text = await revise(Base.metadata)

    await act(Base.metadata, "check")
    assert statements(text) == [each for each in statements(written) if FUNCTION not in each]


def statements(revision: str) -> list[str]:
    """Return what its upgrade does, without the layout."""
    (upgrade,) = (
        each
        for each in ast.parse(revision).body
        if isinstance(each, ast.FunctionDef) and each.name == "upgrade"
    )
    return [
        " ".join(ast.unparse(statement).replace("\\n", " ").split()) for statement in upgrade.body
    ]
