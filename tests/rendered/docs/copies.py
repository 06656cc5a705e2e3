"""A copy of the project, in which a page is followed, and the environment of its programs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

COPIED = ("src", "migrations", "local", "docs", "tests", "skills")
PROJECT = ("SUPABASE_", "DATABASE_", "MIGRATIONS_", "STORAGE_", "ENV_FILE")
"""What names a project of Supabase's; a reader has another one."""


def copy_project(root: Path, folder: Path) -> None:
    """Copy what its owner has under Git, without the proofs."""
    folder.mkdir()
    for name in COPIED:
        if (root / name).is_dir():
            # With what Python compiled: each command would do it again.
            ignored = shutil.ignore_patterns("rendered")
            shutil.copytree(root / name, folder / name, ignore=ignored)
    for path in root.iterdir():
        if path.is_file() and path.name != "uv.lock":
            shutil.copy(path, folder)


def environment_of(root: Path, folder: Path) -> dict[str, str]:
    """Return an environment in which programs and `uv run` take the project in *folder*."""
    uv = os.environ.get("UV")
    paths = [str(root / ".venv" / "bin"), *([str(Path(uv).parent)] if uv else [])]
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(PROJECT)},
        "PATH": os.pathsep.join([*paths, os.environ["PATH"]]),
        "PYTHONPATH": str(folder / "src"),
        "UV_PROJECT_ENVIRONMENT": str(root / ".venv"),
        "UV_NO_SYNC": "1",
        "NO_PROXY": "127.0.0.1",
        "COLUMNS": "120",
    }
