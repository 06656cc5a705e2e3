"""A stand-in answers what the extension in C answers, by a table of calls to both."""

from __future__ import annotations

from typing import TypeAlias

import asyncpg
import pytest
from tests.rendered.local.extensions.calls import citext, moddatetime, pg_trgm, pgcrypto, uuid_ossp
from tests.rendered.local.extensions.calls.catalogue import catalogue

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

CALLS = {
    "uuid-ossp": uuid_ossp.CALLS,
    "pgcrypto": pgcrypto.CALLS,
    "citext": citext.CALLS,
    "pg_trgm": pg_trgm.CALLS,
    "moddatetime": moddatetime.CALLS,
}


@pytest.mark.parametrize("extension", CALLS)
async def test_each_call_is_answered_as_by_the_real_one(
    sql: Sql, real: Sql, extension: str
) -> None:
    """Rows, and errors by code and sentence; and the catalogue describes the same."""
    for connection in (sql, real):
        await connection.execute("set timezone = 'UTC'; set search_path = public, pg_catalog")
        await connection.execute(f'drop extension if exists "{extension}" cascade')
        await connection.execute(f'create extension "{extension}" with schema public')

    for call in (*catalogue(extension), *CALLS[extension]):
        of_real, of_ours = await answer(real, call), await answer(sql, call)
        assert of_ours == of_real, (call, {*of_ours} ^ {*of_real})


async def answer(connection: Sql, call: str) -> list[str]:
    try:
        return [repr(tuple(row)) for row in await connection.fetch(call)]
    except asyncpg.PostgresError as error:
        return [f"{error.sqlstate} {error}"]
