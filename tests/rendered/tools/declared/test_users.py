"""A trigger on `auth.users`, a table of Supabase's: we may make it and change it, and not drop it.

It goes with its function; where that stays, it is silenced.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import MetaData

from my_supabase_service.supabase.tables.functions import function
from my_supabase_service.supabase.tables.triggers import trigger

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]
Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

TRIGGERS = """
    select pg_get_triggerdef(oid) from pg_trigger
    where tgrelid = 'auth.users'::regclass and not tgisinternal
"""


def greeting(when: str | None = None, *, is_there: bool = True) -> MetaData:
    metadata = MetaData()
    body = "begin return new; end"
    options: dict[str, Any] = {"returns": "trigger", "language": "plpgsql"}
    greet = function("greet", body, security="definer", metadata=metadata, **options)
    if is_there:
        on = ("auth.users", "greet", "after", "insert")
        trigger(*on, function=greet, when=when, metadata=metadata)
    return metadata


async def test_it_comes_changes_and_goes_with_its_function(
    act: Act, revise: Revise, sql: Sql
) -> None:
    await revise(greeting())
    await act(greeting(), "check")
    await revise(changed := greeting("new.email is not null"))
    await act(changed, "check")
    assert "email IS NOT NULL" in await sql.fetchval(TRIGGERS)

    await revise(MetaData())

    assert await sql.fetchval(TRIGGERS) is None
    await act(MetaData(), "check")
    await act(changed, "downgrade", "-1")
    assert "email IS NOT NULL" in await sql.fetchval(TRIGGERS)
    await act(changed, "downgrade", "-1")
    assert "WHEN" not in await sql.fetchval(TRIGGERS)
    await act(changed, "downgrade", "-1")
    assert await sql.fetchval(TRIGGERS) is None
    await act(MetaData(), "upgrade", "head")


async def test_it_is_silenced_where_its_function_stays(act: Act, revise: Revise, sql: Sql) -> None:
    await revise(alone := greeting(is_there=False))
    await revise(greeting("new.email is not null"))

    await revise(alone)

    assert "WHEN (false)" in await sql.fetchval(TRIGGERS)
    await act(alone, "check")
    await act(alone, "downgrade", "-1")
    assert "email IS NOT NULL" in await sql.fetchval(TRIGGERS)
    await act(alone, "downgrade", "-1")
    assert "WHEN (false)" in await sql.fetchval(TRIGGERS)
    await act(alone, "upgrade", "head")
    await revise(greeting())
    await act(greeting(), "check")
