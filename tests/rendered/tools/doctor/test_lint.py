"""What `lint` finds is one line of the doctor's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
from tests.rendered.tools.doctor.conftest import Look

from my_supabase_service.tools.migrations import environment

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


async def test_a_declaration_that_is_broken_is_told(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature = tmp_path / "of_somebody" / "feature"
    feature.mkdir(parents=True)
    (feature / "model.py").write_text("class Row(", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(environment, "PACKAGE", tmp_path / "of_somebody")

    said = await look()

    assert "model.py, line 1: SyntaxError" in said.alone("lint").says
    assert said["lint"].remedy == "mend that declaration"


async def test_in_no_checkout_nobody_asks_the_advisories(look: Look) -> None:
    assert (await look(None))["lint"].says == "this is no checkout"
