"""The table of memos in a database, as a migration would have made it."""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from typing import cast

import asyncpg
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from tests.rendered.memos.model import Memo
from tests.rendered.shape import HAS_RLS

from my_supabase_service.supabase.tables.policies import API_ROLES, Security, security
from my_supabase_service.tools.migrations.policies.statements import (
    create_policy,
    set_grants,
    set_switches,
)

TABLE = cast("Table", Memo.__table__)
UPDATED_AT = """
    create function memos_updated_at() returns trigger language plpgsql set search_path = ''
    as $$
    begin
        new.updated_at := now();
        return new;
    end
    $$;
    revoke all on function memos_updated_at from anon, authenticated, service_role, public;
    create trigger memos_updated_at before update on memos
    for each row execute function memos_updated_at()
"""
UNMAKE = "drop table memos; drop function memos_updated_at"
"""For a proof of what the project's own migrations leave."""


async def make_memos(owner_url: str) -> None:
    """Make the table in the database that the owner of its tables reaches at *owner_url*."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute(";\n".join(statements()))
    await connection.close()


def statements() -> Generator[str]:
    """Write what makes the table, and who may do what with its rows."""
    dialect = postgresql.dialect()
    yield str(CreateTable(TABLE).compile(dialect=dialect))
    for index in TABLE.indexes:
        yield str(CreateIndex(index).compile(dialect=dialect))
    yield UPDATED_AT
    if HAS_RLS:
        yield from secured()
    else:
        yield "revoke all on table memos from anon, authenticated, service_role, public"
        yield (
            "grant select, insert (owner_id, title, body), update (title, body), delete"
            " on table memos to service_login"
        )


def secured() -> Generator[str]:
    """Write what `policies.py` declares, as a revision would have it."""
    import_module("tests.rendered.memos.policies")
    declared = security(TABLE) or Security()
    yield from set_grants("table memos", declared.grants, [*API_ROLES, "public"])
    yield from set_switches("memos", Security(enabled=False, forced=False), declared)
    for policy in declared.policies:
        yield create_policy("memos", policy)
