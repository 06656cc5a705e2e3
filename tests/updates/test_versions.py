"""`copier update` from every released version to the working tree: no more than a fresh render."""

import itertools
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import pytest

from tests.releases import released
from tests.sharing import name_of

Begun = Callable[..., Path]
Commit = Callable[[Path, str], None]
Made = Callable[[str, Callable[[Path], object]], Path]
Render = Callable[..., Path]
Run = Callable[..., str]

ROOT = Path(__file__).parents[2]
PACKAGE = Path("src/my_supabase_service")
VERSIONS = [f"v{version}" for version in released(ROOT)]
SHAPES = [
    {"include_rls": rls, "include_storage": storage}
    for rls, storage in itertools.product((True, False), repeat=2)
]
YOURS = (
    "README.md",
    f"{PACKAGE}/features.py",
    f"{PACKAGE}/notes/",
    "migrations/versions/",
    "tests/notes/",
    "tests/samples.py",
)
UPDATE = """
from pathlib import Path
from tests.copying import doing_once, run_copier
with doing_once():
    run_copier("update", "--defaults", "--quiet", cwd=Path())
"""
"""As in the process of the tests, which nobody may kill."""
COPIERS = ("9.10.0", "")
"""The oldest that the template admits, and the newest."""


def update(folder: Path, **options: Any) -> None:
    copier.run_update(folder, defaults=True, overwrite=True, quiet=True, unsafe=False, **options)


def every(folder: Path) -> dict[str, bytes]:
    """Return the content of each file."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if path.is_file() and not name.startswith(".git/")
    }


def theirs(folder: Path) -> dict[str, bytes]:
    """Return the content of each file that is not the user's own."""
    return {name: text for name, text in every(folder).items() if not name.startswith(YOURS)}


@pytest.fixture(scope="session")
def fresh(releases: Path, made: Made) -> Render:
    """A project of the working tree."""

    def make(**answers: Any) -> Path:
        def render(folder: Path) -> None:
            copier.run_copy(str(releases), folder, data=answers, defaults=True, quiet=True)

        return made(name_of("fresh", answers), render)

    return make


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("version", VERSIONS)
def test_an_untouched_project_is_what_a_new_one_is(
    begun: Begun, fresh: Render, version: str, shape: dict[str, Any]
) -> None:
    """Byte for byte, but for what is the user's."""
    folder = begun(version, **shape)

    update(folder)

    assert theirs(folder) == theirs(fresh(**shape))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_an_update_to_the_same_version_changes_nothing(
    fresh: Render, commit: Commit, tmp_path: Path, shape: dict[str, Any]
) -> None:
    folder = Path(shutil.copytree(fresh(**shape), tmp_path / "service"))
    commit(folder, "Begin")
    before = every(folder)
    update(folder)
    assert every(folder) == before


@pytest.mark.parametrize("asked", COPIERS, ids=["oldest", "newest"])
def test_the_oldest_and_the_newest_copier_do_the_same(
    begun: Begun, fresh: Render, run: Run, asked: str
) -> None:
    folder = begun(VERSIONS[0])
    package = f"copier=={asked}" if asked else "copier"

    told = run("uv", "tool", "run", "--from", package, "copier", "update", "--defaults", cwd=folder)

    assert "Traceback" not in told
    assert theirs(folder) == theirs(fresh())


def test_a_tree_with_changes_is_refused_and_left_as_it_is(begun: Begun, run: Run) -> None:
    folder = begun(VERSIONS[0])
    (folder / PACKAGE / "main.py").write_text("# mine\n")
    (folder / "new.txt").write_text("mine\n")
    before = theirs(folder)

    told = run(sys.executable, "-m", "copier", "update", "--defaults", cwd=folder, expect=1)

    assert "dirty" in told
    assert theirs(folder) == before


def test_an_update_that_is_killed_at_any_moment_is_undone_by_git(
    begun: Begun, fresh: Render, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what docs/upgrading.md says; the next one then is as if nothing had been."""
    folder = begun(VERSIONS[0])
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-c", UPDATE]
    whole = Path(shutil.copytree(folder, tmp_path / "whole"))
    start = time.monotonic()
    run(*command, cwd=whole)
    took = time.monotonic() - start
    for fifth in range(1, 5):
        process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        time.sleep(took * fifth / 5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        run("git", "reset", "--hard", "--quiet", cwd=folder)
        run("git", "clean", "-fdq", cwd=folder)

    run(*command, cwd=folder)

    assert theirs(folder) == theirs(fresh())
