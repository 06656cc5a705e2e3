"""Models of schemas that were written to break them."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.rendered.tools.models.bench import BY_TABLE, SCHEMAS, Proof, complete, prove
from tests.rendered.tools.models.conftest import MANY

Proofs = dict[str, Proof]


@pytest.fixture(scope="session")
def proved(proofs: Proofs, project: Path, root: Path) -> dict[str, str]:
    """What is wrong with each, after all that `prove.py` does with it."""
    return prove([*proofs.values()], project, root)


@pytest.mark.parametrize(
    "name", [*SCHEMAS, MANY, *(f"{name}_by_table" for name in sorted(BY_TABLE))]
)
def test_models_are_imported_and_compared_without_a_word_and_rows_stay_what_they_are(
    proved: dict[str, str], name: str
) -> None:
    assert proved[name] == ""


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_database_made_of_the_models_is_dumped_like_the_one_they_were_written_from(
    proofs: Proofs, proved: dict[str, str], name: str
) -> None:
    """But for what the models say that they cannot say."""
    assert proved[name] == ""
    assert asyncio.run(complete(proofs[name])) == {}


def test_what_is_written_is_clean_and_formatted(proofs: Proofs, root: Path) -> None:
    folder = next(iter(proofs.values())).package.parents[1]
    config = f"--config={root / 'pyproject.toml'}"

    for command in (("check", config), ("format", "--check", config)):
        run(sys.executable, "-m", "ruff", *command, "--no-cache", str(folder))


def test_what_is_written_passes_the_strict_type_check(proofs: Proofs) -> None:
    folder = next(iter(proofs.values())).package.parents[1]
    (folder / "pyproject.toml").write_text('[tool.basedpyright]\ntypeCheckingMode = "strict"\n')
    # What has 500 tables says the same 500 times.
    shutil.rmtree(folder / MANY)

    run(
        sys.executable,
        "-m",
        "basedpyright",
        "--pythonpath",
        sys.executable,
        "--project",
        str(folder),
    )


def run(*command: str) -> None:
    done = subprocess.run(  # noqa: S603  # programs of the virtual environment
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout[-5000:]
