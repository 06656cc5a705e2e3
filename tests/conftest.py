"""Renders the template as a user would, and runs what a user would run."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import copier
import pytest

ROOT = Path(__file__).parent.parent

Run = Callable[..., str]
Render = Callable[..., Path]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]


@pytest.fixture(scope="session", autouse=True)
def _alone() -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """Nothing that names a project or a virtual environment of the developer's leaks in."""
    for name in [*os.environ]:
        if name.startswith(("SUPABASE_", "DATABASE_", "MIGRATIONS_", "VIRTUAL_ENV", "ENV_FILE")):
            del os.environ[name]
    # A service is started again and again here: compiled once, it starts in half the time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command to its end and return what it printed; `uv` is the one that runs us."""

    def do(*command: str | Path, cwd: Path, expect: int = 0, **keywords: Any) -> str:
        words = [os.environ.get("UV", "uv") if word == "uv" else str(word) for word in command]
        done = subprocess.run(
            words,
            cwd=cwd,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **keywords,
        )
        assert done.returncode == expect, f"{words} exited with {done.returncode}\n{done.stdout}"
        return done.stdout

    return do


@pytest.fixture(scope="session")
def commit(run: Run) -> Callable[[Path, str], None]:
    """Put everything in a folder under Git."""

    def do(folder: Path, message: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
        if not (folder / ".git").exists():
            run("git", "init", "--quiet", cwd=folder)
        run("git", "add", "--all", cwd=folder)
        run("git", *identity, "commit", "--quiet", "--message", message, cwd=folder)

    return do


@pytest.fixture(scope="session")
def template(
    run: Run, commit: Callable[[Path, str], None], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The template as it stands in the working tree, released as v1.0.0."""
    folder = tmp_path_factory.mktemp("template")
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    commit(folder, "Release")
    run("git", "tag", "v1.0.0", cwd=folder)
    return folder


@pytest.fixture(scope="session")
def render(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Render into an empty folder with these answers, and the defaults for all others."""

    def do(**answers: Any) -> Path:
        folder = tmp_path_factory.mktemp("rendered") / "service"
        copier.run_copy(
            str(template), folder, data=answers, defaults=True, quiet=True, unsafe=False
        )
        return folder

    return do


@pytest.fixture(scope="session")
def project(render: Render, run: Run) -> Path:
    """A service with the default answers and its dependencies; nothing in it is changed."""
    folder = render()
    run("uv", "sync", "--quiet", cwd=folder)
    return folder


@pytest.fixture(scope="session")
def stand_in() -> StandIn:
    """Run the stand-in of a rendered project, and give its environment."""

    @contextmanager
    def do(folder: Path) -> Generator[dict[str, str]]:
        local = subprocess.Popen(
            [folder / ".venv/bin/python", "-m", "local"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert local.stdout
        assert local.stdin
        try:
            yield json.loads(local.stdout.readline())
        finally:
            local.stdin.close()
            local.wait(20)
            local.stdout.close()

    return do
