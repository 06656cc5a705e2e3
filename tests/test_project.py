"""A rendered project passes every check that it gives to its user."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Render = Callable[..., Path]
Run = Callable[..., str]

ROOT = Path(__file__).parent.parent
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

ROOMS = ("auth", "database", "http", "tables", "tools")
"""Folders of proofs that are for every shape; what one has not is not collected in it."""


@pytest.fixture(scope="module")
def with_proofs(render: Render, run: Run) -> Path:
    """A project that also has the tests of what only this suite takes the time to prove."""
    folder = render()
    add_proofs(folder)
    run("uv", "sync", "--quiet", cwd=folder)
    run("uv", "pip", "install", "--quiet", "trustme", "schemathesis", cwd=folder)
    return folder


def add_proofs(folder: Path) -> None:
    """Copy the proofs into a project, and its tests of notes to where each mode runs them."""
    proofs = folder / "tests" / "rendered"
    shutil.copytree(ROOT / "tests" / "rendered", proofs)
    for tests in (folder / "tests" / "notes").glob("*.py"):
        shutil.copy(tests, proofs / "modes")


def test_its_own_tests_pass(project: Path, run: Run) -> None:
    assert " passed" in run("uv", "run", "pytest", "--quiet", cwd=project)


def test_its_own_tests_pass_without_row_level_security(render: Render, run: Run) -> None:
    folder = render(include_rls=False)
    run("uv", "sync", "--quiet", cwd=folder)

    assert " passed" in run("uv", "run", "pytest", "--quiet", cwd=folder)

    add_proofs(folder)
    run("uv", "pip", "install", "--quiet", "trustme", "schemathesis", cwd=folder)
    proofs = (*ROOMS, "storage", "modes")
    paths = [f"tests/rendered/{proof}" for proof in proofs]
    assert " passed" in run("uv", "run", "pytest", "--quiet", *paths, cwd=folder)


@pytest.mark.parametrize("answers", [WITHOUT_STORAGE, {**WITHOUT_RLS, **WITHOUT_STORAGE}], ids=str)
def test_its_own_tests_pass_without_storage(
    render: Render, run: Run, answers: dict[str, Any]
) -> None:
    folder = render(**answers)
    run("uv", "sync", "--quiet", cwd=folder)

    assert " passed" in run("uv", "run", "pytest", "--quiet", cwd=folder)

    add_proofs(folder)
    run("uv", "pip", "install", "--quiet", "trustme", "schemathesis", cwd=folder)
    paths = [f"tests/rendered/{room}" for room in ROOMS]
    assert " passed" in run("uv", "run", "pytest", "--quiet", *paths, cwd=folder)


def test_its_proofs_pass(with_proofs: Path, run: Run) -> None:
    told = run("uv", "run", "pytest", "--quiet", "tests/rendered", cwd=with_proofs)

    assert " passed" in told


@pytest.mark.parametrize(
    "answers",
    [
        {},
        AWKWARD,
        LONG,
        WITHOUT_RLS,
        WITHOUT_STORAGE,
        {**AWKWARD, **WITHOUT_RLS, **WITHOUT_STORAGE},
    ],
    ids=["default", "awkward", "long", "without rls", "without storage", "awkward and least"],
)
def test_it_is_formatted_linted_and_typed(
    render: Render, run: Run, answers: dict[str, Any]
) -> None:
    folder = render(**answers)
    if not answers:  # the proofs name the default package
        shutil.copytree(ROOT / "tests" / "rendered", folder / "tests" / "rendered")

    run("uv", "sync", "--quiet", cwd=folder)
    run("uv", "pip", "install", "--quiet", "trustme", "schemathesis", cwd=folder)

    run("uv", "run", "ruff", "format", "--check", ".", cwd=folder)
    run("uv", "run", "ruff", "check", ".", cwd=folder)
    assert "0 errors, 0 warnings" in run("uv", "run", "basedpyright", cwd=folder)


def test_its_dependencies_resolve_and_stay_locked(project: Path, run: Run) -> None:
    run("uv", "lock", "--check", cwd=project)


def test_a_wheel_holds_the_package_and_nothing_local(
    project: Path, run: Run, tmp_path: Path
) -> None:
    run("uv", "build", "--quiet", "--wheel", "--out-dir", tmp_path, cwd=project)

    [wheel] = tmp_path.glob("*.whl")
    names = run("python3", "-m", "zipfile", "--list", wheel, cwd=tmp_path)
    assert "my_supabase_service/main.py" in names
    assert "my_supabase_service/supabase/roots/supabase-root-2021.pem" in names
    assert "my_supabase_service/supabase/roots/supabase-root-2025.pem" in names
    assert " local/" not in names
    assert "\nlocal/" not in names


def test_the_arrows_of_the_house_are_held(render: Render, run: Run) -> None:
    """Shown to fail: one wrong import, and the project's own test is red."""
    folder = render()
    session = folder / "src/my_supabase_service/supabase/session.py"
    session.write_text(session.read_text() + "\nfrom ..notes.model import Note\n")

    run("uv", "sync", "--quiet", cwd=folder)
    with pytest.raises(AssertionError, match="test_a_room_imports_only_what_it_may"):
        run("uv", "run", "pytest", "--quiet", "tests/test_house.py", cwd=folder)


def test_autogenerate_writes_a_revision_that_needs_no_touch(
    render: Render, run: Run, stand_in: Callable[..., Any]
) -> None:
    """A column more in a model is a formatted, linted revision, and then there is no drift."""
    folder = render()
    run("uv", "sync", "--quiet", cwd=folder)
    model = folder / "src/my_supabase_service/notes/model.py"
    model.write_text(model.read_text() + "    colour: Mapped[str | None] = mapped_column(Text)\n")
    alembic = ("uv", "run", "--env-file", ".local/env", "alembic")

    with stand_in(folder):
        run("uv", "run", "--env-file", ".local/env", "my-supabase-service", "migrate", cwd=folder)
        run(*alembic, "revision", "--autogenerate", "-m", "colour of notes", cwd=folder)
        run(*alembic, "upgrade", "head", cwd=folder)
        run(*alembic, "check", cwd=folder)

    run("uv", "run", "ruff", "format", "--check", ".", cwd=folder)
    run("uv", "run", "ruff", "check", ".", cwd=folder)
