"""A rendered project is formatted, linted and typed as it asks of its user."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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


# Each shape once; what names can break is the same in all of them.
@pytest.mark.parametrize(
    "answers",
    [
        {},
        {**LONG, **WITHOUT_RLS},
        {**AWKWARD, **WITHOUT_STORAGE},
        {**AWKWARD, **WITHOUT_RLS, **WITHOUT_STORAGE},
    ],
    ids=["default", "long without rls", "awkward without storage", "awkward and least"],
)
def test_it_is_formatted_linted_and_typed(
    install: Render, run: Run, add_proofs: Callable[[Path], None], answers: dict[str, Any]
) -> None:
    folder = install(**answers)
    if not answers:  # the proofs name the default package
        add_proofs(folder)

    run("uv", "run", "--no-sync", "ruff", "format", "--check", ".", cwd=folder)
    run("uv", "run", "--no-sync", "ruff", "check", ".", cwd=folder)
    told = run("uv", "run", "--no-sync", "basedpyright", cwd=folder)
    assert "0 errors, 0 warnings" in told


@pytest.mark.parametrize("answers", [AWKWARD, LONG, WITHOUT_RLS, WITHOUT_STORAGE], ids=str)
def test_it_is_formatted_and_linted(
    rendered: Render, project: Path, run: Run, tmp_path: Path, answers: dict[str, Any]
) -> None:
    folder = shutil.copytree(rendered(**answers), tmp_path / "service")
    ruff = project / ".venv/bin/ruff"

    run(ruff, "format", "--check", ".", cwd=folder)
    run(ruff, "check", ".", cwd=folder)
