"""Settings that cannot be read, or are not what anybody means."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from anyio import to_thread
from tests.rendered.tools.doctor.conftest import Look
from tests.rendered.tools.doctor.said import Said

from my_supabase_service.tools.doctor.doctor import CHECKS, doctor


async def test_a_time_out_below_a_second_is_a_warning(look: Look) -> None:
    said = await look(DATABASE_STATEMENT_TIMEOUT="0.5")

    line = said.alone("settings", "warn")
    assert line.says.startswith("DATABASE_STATEMENT_TIMEOUT is 0.5 s")
    assert line.remedy == "DATABASE_STATEMENT_TIMEOUT=8"


async def test_a_password_that_is_not_used_is_a_warning(look: Look) -> None:
    said = await look(DATABASE_PASSWORD="another")  # noqa: S106  # of no database

    assert said.alone("settings", "warn").says.startswith("DATABASE_PASSWORD is not used")


async def test_a_setting_that_is_wrong_is_told_alone(look: Look, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SUPABASE_REGION=Mars", encoding="utf-8")

    said = await look(ENV_FILE=str(file))

    assert "SUPABASE_REGION" in said.alone("settings").says
    for check in CHECKS[1:-1]:
        assert said[check.name].says == "not looked at, because of settings"


async def test_a_file_that_is_not_there_is_told_with_the_copy_that_makes_it(
    look: Look, tmp_path: Path
) -> None:
    file = str(tmp_path / "none")

    said = await look(ENV_FILE=file, DATABASE_URL=None, SUPABASE_PROJECT_ID=None)

    lines = [each.line for each in said.report.results if each.check == "settings"]
    assert lines[-1].says == f"there is no {file} here"
    assert lines[-1].remedy == f"cp .env.example {file}"


async def test_a_file_that_cannot_be_read_is_told(look: Look, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"SUPABASE_REGION=\xff\xfe")

    said = await look(ENV_FILE=str(file))

    assert said.alone("settings").says.startswith(f"the environment or {file} cannot be read")


async def test_a_module_of_settings_that_is_broken_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_settings.py").write_text("class Settings(", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    said = Said(await to_thread.run_sync(doctor, None, "broken_settings"))

    assert said.alone("settings").says.startswith("settings.py cannot be imported: SyntaxError")
