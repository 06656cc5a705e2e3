"""The files of the stand-in's Postgres, as those find them who start it again."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from local import cluster
from local.problem import Problem


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A project of the test's own, as far as the stand-in goes."""
    shutil.copytree(root / "local", tmp_path / "project" / "local")
    return tmp_path / "project"


async def run_once(project: Path) -> str:
    """Start the stand-in as `dev` does, stop it, and return what it said besides."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local"),
        cwd=project,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    await process.stdout.readline()
    _, said = await process.communicate(b"")  # the end of its input ends it
    return said.decode()


async def test_one_that_was_born_otherwise_says_so_and_keeps_its_data(project: Path) -> None:
    """No version changes a file that another brought; a hand on this machine may."""
    assert await run_once(project) == ""
    file = project / "local" / "schema" / "1_project.sql"
    file.write_text(file.read_text(encoding="utf-8") + "\n\ncreate role late;\n")

    for _ in range(2):
        assert "dev --fresh" in await run_once(project)
    assert (project / ".local" / "postgres" / "data").is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("name", ["$HOME", "a`b", 'a"b'])
def test_a_path_that_initdb_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Problem, match="move the project"):
        cluster.prepare(tmp_path / name / "postgres", fresh=False, mark="test")
