"""A rendered project is formatted, linted and typed as it asks of its user."""

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.test_house import do_ordinary_work

Made = Callable[[str, Callable[[Path], object]], Path]
Render = Callable[..., Path]
Run = Callable[..., str]

AWKWARD = {
    "project_name": """Zoë's "Best" R&D \\ Service""",
    "package_name": "aaa",
    "project_description": """Says "hello", 'hi' and <b>\\n</b> to all – in one line.""",
}
LONG = {
    "project_name": "Notes and Reminders of Our Company and All Its Friends",
    "project_description": "It does a great deal. " * 13,
}
WITHOUT_RLS = {"include_rls": False}
WITHOUT_STORAGE = {"include_storage": False}


ROOMS = ("supabase", "tools")

# Each shape once; what names can break is the same in all of them.
SHAPES = {
    "default": {},
    "long without rls": {**LONG, **WITHOUT_RLS},
    "awkward without storage": {**AWKWARD, **WITHOUT_STORAGE},
    "awkward and least": {**AWKWARD, **WITHOUT_RLS, **WITHOUT_STORAGE},
}


@pytest.fixture(scope="session")
def side_by_side(
    rendered: Render, run: Run, add_proofs: Callable[[Path], None], made: Made
) -> Path:
    """Each shape in a folder of one, with the dependencies in that of the default.

    And a project in which somebody did what everybody does.
    None of them is installed there: a package that another one names is not found.
    """

    def make(folder: Path) -> None:
        for name, answers in SHAPES.items():
            shutil.copytree(rendered(**answers), folder / name)
        do_ordinary_work(Path(shutil.copytree(rendered(), folder / "busy")))
        run("uv", "sync", "--quiet", "--no-install-project", cwd=folder / "default")
        add_proofs(folder / "default")  # they name the default package
        for marker in folder.glob("*/src/*/py.typed"):
            marker.unlink()  # it would make a dependency of a package beside the first

    return made("side by side", make)


def test_it_is_typed(side_by_side: Path, run: Run) -> None:
    """In one run, which reads the dependencies once: they take longer than a project."""
    projects = [
        tomllib.loads((side_by_side / name / "pyproject.toml").read_text(encoding="utf-8"))
        for name in SHAPES
    ]
    one, *others = [project["tool"]["basedpyright"] for project in projects]
    assert others == [one] * len(others)
    roots = [{"root": name, "extraPaths": [f"{name}/src"]} for name in (*SHAPES, "busy")]
    # The programs of docs/ are ours to check: who deletes the sample has not what they import.
    include = [f"{name}/{path}" for name in SHAPES for path in (*one["include"], "docs")]
    include.append("busy/src")
    # The rooms are the same without Storage, which test_proofs.py holds.
    without = [name for name, answers in SHAPES.items() if not answers.get("include_storage", True)]
    same = [f"{name}/src/*/{room}/*/**" for name in (*without, "busy") for room in ROOMS]
    asked = {**one, "include": include, "exclude": same, "executionEnvironments": roots}
    (side_by_side / "pyrightconfig.json").write_text(json.dumps(asked), encoding="utf-8")

    programs = side_by_side / "default/.venv/bin"
    python = ("--pythonpath", programs / "python")
    told = run(programs / "basedpyright", *python, cwd=side_by_side)
    assert "0 errors, 0 warnings" in told


def test_it_is_formatted_and_linted_in_each_shape_and_with_the_proofs(
    side_by_side: Path, run: Run
) -> None:
    ruff = side_by_side / "default/.venv/bin/ruff"

    for name in SHAPES:
        run(ruff, "format", "--check", ".", cwd=side_by_side / name)
        run(ruff, "check", ".", cwd=side_by_side / name)


@pytest.mark.parametrize("answers", [AWKWARD, LONG, WITHOUT_RLS, WITHOUT_STORAGE], ids=str)
def test_it_is_formatted_and_linted(
    rendered: Render, project: Path, run: Run, tmp_path: Path, answers: dict[str, Any]
) -> None:
    folder = shutil.copytree(rendered(**answers), tmp_path / "service")
    ruff = project / ".venv/bin/ruff"

    run(ruff, "format", "--check", ".", cwd=folder)
    run(ruff, "check", ".", cwd=folder)
