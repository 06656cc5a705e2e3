"""Projects that cross made-up versions of the template, each made once."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from hooks.project import Project
from tests.hooks.story import Commit, Run, own, release, update

Made = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def versions(template: Path, run: Run, commit: Commit, made: Made) -> Path:
    """The template with two more versions."""

    def make(folder: Path) -> None:
        run("git", "clone", "--quiet", template, folder, cwd=template)
        release(folder, run, commit)

    return made("versions", make)


@pytest.fixture(scope="session")
def steps(versions: Path, run: Run, made: Made) -> Path:
    """Its hooks, as they are in v1.1.0."""

    def make(folder: Path) -> None:
        only = ("--quiet", "--branch=v1.1.0", "-c", "advice.detachedHead=false")
        run("git", "clone", *only, versions, folder, cwd=versions)

    return made("steps", make) / "hooks" / "run.py"


@pytest.fixture(scope="session")
def before(versions: Path, commit: Commit, made: Made) -> Path:
    """A project of the first version, with its owner's work in it."""

    def make(folder: Path) -> None:
        source = str(versions)
        copier.run_copy(source, folder, vcs_ref="v1.0.0", defaults=True, quiet=True, unsafe=False)
        own(folder)
        commit(folder, "Start")

    return made("before", make)


@pytest.fixture
def service(before: Path, tmp_path: Path) -> Path:
    """Such a project, of the test's own."""
    return Path(shutil.copytree(before, tmp_path / "service"))


@pytest.fixture(scope="session")
def without_steps(before: Path, made: Made) -> Path:
    """Such a project after an update to v1.1.0 alone; nothing is to be trusted for it."""

    def make(folder: Path) -> None:
        shutil.copytree(before, folder)
        update(folder, "--vcs-ref=v1.1.0")

    return made("without_steps", make)


@pytest.fixture(scope="session")
def updated(without_steps: Path, steps: Path, run: Run, made: Made) -> Path:
    """The same after its steps."""

    def make(folder: Path) -> None:
        shutil.copytree(without_steps, folder)
        told = run(sys.executable, steps, "v1.1.0", cwd=folder)
        folder.with_suffix(".txt").write_text(told)

    return made("updated", make)


@pytest.fixture(scope="session")
def told(updated: Path) -> list[str]:
    """What the steps said."""
    return [line.strip() for line in updated.with_suffix(".txt").read_text().splitlines()]


@pytest.fixture
def small(commit: Commit, tmp_path: Path) -> Callable[..., Project]:
    """A project of a few files, whose old version rendered these and no more."""

    def do(files: dict[str, str], rendered: dict[str, str] | None = None) -> Project:
        root, old = tmp_path / "small", tmp_path / "old"
        answers = {".copier-answers.yml": "_commit: v1.0.0\npackage_name: mine\n"}
        for folder, written in ((root, {**answers, **files}), (old, rendered or {})):
            folder.mkdir()
            for name, content in written.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content.encode())
        commit(root, "Start")
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        project = Project(root, tmp_path, scratch)
        project.old_render = old
        return project

    return do
