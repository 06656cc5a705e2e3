"""A rendered project passes the tests that it gives to its user, and is built as it is shipped."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.running import UV_RUN

Render = Callable[..., Path]
Run = Callable[..., str]

SHAPES = [
    {"include_rls": rls, "include_storage": storage}
    for rls, storage in itertools.product((True, False), repeat=2)
]


@pytest.mark.parametrize("answers", SHAPES, ids=str)
def test_its_own_tests_pass(installed: Render, run: Run, answers: dict[str, Any]) -> None:
    assert " passed" in run("uv", "run", "pytest", "--quiet", cwd=installed(**answers))


def test_its_dependencies_resolve_and_stay_locked(project: Path, run: Run) -> None:
    run("uv", "lock", "--check", cwd=project)


def test_a_wheel_holds_the_package_and_nothing_local(
    project: Path, run: Run, tmp_path: Path
) -> None:
    run("uv", "build", "--quiet", "--wheel", "--out-dir", tmp_path, cwd=project)

    [wheel] = tmp_path.glob("*.whl")
    names = run("python3", "-m", "zipfile", "--list", wheel, cwd=tmp_path)
    assert "my_supabase_service/main.py" in names
    assert "my_supabase_service/supabase/database/login/roots/supabase-root-2021.pem" in names
    assert "my_supabase_service/supabase/database/login/roots/supabase-root-2025.pem" in names
    assert " local/" not in names
    assert "\nlocal/" not in names


def test_the_arrows_of_the_house_are_held(install: Render, run: Run) -> None:
    """Shown to fail: one wrong import, and the project's own test is red."""
    folder = install()
    session = folder / "src/my_supabase_service/supabase/database/session.py"
    wrong = "\n\ndef wrong() -> object:\n    from ...notes.model import Note\n\n    return Note\n"
    session.write_text(session.read_text() + wrong)

    with pytest.raises(AssertionError, match="test_a_room_imports_only_what_it_may"):
        run(*UV_RUN, "pytest", "--quiet", "tests/test_house.py", cwd=folder)


def test_autogenerate_writes_a_revision_that_needs_no_touch(
    install: Render, run: Run, stand_in: Callable[..., Any]
) -> None:
    """A column more in a model is a formatted, linted revision, and then there is no drift."""
    folder = install()
    model = folder / "src/my_supabase_service/notes/model.py"
    model.write_text(model.read_text() + "    colour: Mapped[str | None] = mapped_column(Text)\n")
    alembic = (*UV_RUN, "--env-file", ".local/env", "alembic")

    with stand_in(folder):
        run(*UV_RUN, "--env-file", ".local/env", "my-supabase-service", "migrate", cwd=folder)
        run(*alembic, "revision", "--autogenerate", "-m", "colour of notes", cwd=folder)
        run(*alembic, "upgrade", "head", cwd=folder)
        run(*alembic, "check", cwd=folder)

    run(*UV_RUN, "ruff", "format", "--check", ".", cwd=folder)
    run(*UV_RUN, "ruff", "check", ".", cwd=folder)
