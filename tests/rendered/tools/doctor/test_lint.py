"""What `lint` finds is one line of the doctor's."""

from __future__ import annotations

from typing import TypeAlias

import asyncpg
from tests.rendered.tools.doctor.conftest import Look

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_an_error_that_lint_finds_is_told_with_its_sql(look: Look, sql: Sql) -> None:
    await sql.execute("create table bare (id int primary key); grant select on bare to anon")

    said = await look()

    line = said.alone("lint")
    assert line.says.startswith("rls_disabled_in_public at ")
    assert "enable row level security" in line.remedy
    assert line.remedy.endswith("`lint` tells all of it")


async def test_a_schema_that_is_well_says_so(look: Look) -> None:
    assert (await look())["lint"].level == "ok"
