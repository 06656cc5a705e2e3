"""What is written as ruff would have it, by the rules of the project."""

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from ..failure import Failure
from .features import Files

NAMES = "E501,ICN001,N801,PLC2401,PLC2403"
"""Rules that a name of the database may break: too long for a line, or in another alphabet."""


def formatted(files: Files, root: Path) -> Files:
    """Return *files* sorted and formatted; as they are where ruff is not installed.

    Raises:
        Failure: ruff cannot read one.
    """
    if find_spec("ruff") is None:
        sys.stderr.write("models: ruff is not installed, so nothing is formatted: run `uv sync`\n")
        return files
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        config = f"--config={root / 'pyproject.toml'}"
        _ruff("check", "--fix-only", "--select=I", config, folder)
        _ruff("format", config, folder)
        _ruff("check", "--add-noqa=a name of the database", f"--select={NAMES}", config, folder)
        return {path: Path(folder, path).read_text(encoding="utf-8") for path in files}


def _ruff(command: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603  # a program of the virtual environment
        [sys.executable, "-m", "ruff", command, "--quiet", "--no-cache", *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise Failure(f"models: ruff cannot read what was written: {done.stderr.strip()}")
