"""Renders the template as a user would, and runs what a user would run.

Tests run beside each other in several processes, which share what takes long to make.
"""

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import copier
import pytest

from tests.copying import doing_once
from tests.releases import copy_working_tree, rebuild
from tests.running import run_to_its_end, running_stand_in
from tests.sharing import OF_COMMANDS, OF_PROOFS, PACKAGES, TYPES, link_byte_code, locked, name_of

pytest_plugins = ["tests.memory", "tests.order"]

ROOT = Path(__file__).parent.parent

OF_A_PROJECT = ("SUPABASE_", "DATABASE_", "MIGRATIONS_", "STORAGE_", "VIRTUAL_ENV", "ENV_FILE")

Run = Callable[..., str]
Render = Callable[..., Path]
Sync = Callable[[Path], None]
Made = Callable[[str, Callable[[Path], object]], Path]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]


@pytest.fixture(scope="session", autouse=True)
def _alone() -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """Nothing that names a project or a virtual environment of the developer's leaks in."""
    for name in [*os.environ]:
        if name.upper().startswith(OF_A_PROJECT):
            del os.environ[name]
    # A service is started again and again here: compiled once, it starts in half the time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session", autouse=True)
def _done_once() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]  # the same
    with doing_once():
        yield


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command to its end and return what it printed; `uv` is the one that runs us."""
    return run_to_its_end


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
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that every process of this run has."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(autouse=True)
def _turn(request: pytest.FixtureRequest, shared: Path) -> Generator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """Nothing runs beside a test that watches clocks."""
    alone = request.node.get_closest_marker("alone") is not None
    with locked(shared / "turn", alone=alone):
        yield


@pytest.fixture(scope="session")
def made(shared: Path) -> Made:
    """Give the folder of a name, made by whichever process first asks for it."""

    def do(name: str, make: Callable[[Path], object]) -> Path:
        folder = shared / "made" / name
        folder.parent.mkdir(exist_ok=True)
        done = folder.with_name(f"{name}.done")
        with locked(folder.with_name(f"{name}.lock")):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                make(folder)
                done.touch()
        return folder

    return do


@pytest.fixture(scope="session")
def template(run: Run, commit: Callable[[Path, str], None], made: Made) -> Path:
    """The template as it stands in the working tree, released as v1.0.0."""

    def make(folder: Path) -> None:
        copy_working_tree(ROOT, folder, run)
        commit(folder, "Release")
        run("git", "tag", "v1.0.0", cwd=folder)

    return made("template", make)


@pytest.fixture(scope="session")
def releases(run: Run, commit: Callable[[Path, str], None], made: Made) -> Path:
    """The template with each version that was released, and the working tree as the next."""
    return made("releases", lambda folder: rebuild(ROOT, folder, run, commit))


@pytest.fixture(scope="session")
def rendered(template: Path, made: Made) -> Render:
    """A project with these answers, and the defaults for all others; nothing in it is changed."""

    def do(**answers: Any) -> Path:
        def make(folder: Path) -> None:
            copier.run_copy(
                str(template), folder, data=answers, defaults=True, quiet=True, unsafe=False
            )

        return made(name_of("rendered", answers), make)

    return do


@pytest.fixture(scope="session")
def render(rendered: Render, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """The same, in a folder of the test's own."""

    def do(**answers: Any) -> Path:
        folder = tmp_path_factory.mktemp("rendered") / "service"
        return Path(shutil.copytree(rendered(**answers), folder))

    return do


@pytest.fixture(scope="session")
def compiled(rendered: Render, run: Run, made: Made) -> Path:
    """A project whose dependencies are compiled, and those of the proofs: Python would in each."""

    def make(folder: Path) -> None:
        shutil.copytree(rendered(), folder)
        run("uv", "sync", "--quiet", cwd=folder)
        run("uv", "pip", "install", "--quiet", *OF_PROOFS, cwd=folder)
        # It imports most of what any command imports, and Python keeps what it compiled.
        run("uv", "run", "--no-sync", "pytest", "--quiet", "--collect-only", cwd=folder)
        [packages] = folder.glob(PACKAGES)
        run(folder / ".venv/bin/python", "-m", "compileall", "-q", *OF_COMMANDS, cwd=packages)

    return made("compiled", make)


@pytest.fixture(scope="session")
def sync(run: Run, compiled: Path) -> Sync:
    """Install the dependencies of a project; `uv run` installs what looks at types, too."""

    def do(folder: Path) -> None:
        # What there is to install was looked up for the one that is compiled.
        types = [f"--no-install-package={name}" for name in TYPES]
        run("uv", "sync", "--quiet", "--offline", *types, cwd=folder)
        link_byte_code(compiled, folder)

    return do


@pytest.fixture(scope="session")
def install(render: Render, sync: Sync) -> Render:
    """A project with its dependencies, in a folder of the test's own."""

    def do(**answers: Any) -> Path:
        folder = render(**answers)
        sync(folder)
        return folder

    return do


@pytest.fixture(scope="session")
def installed(rendered: Render, sync: Sync, made: Made) -> Render:
    """A project with its dependencies, for all; nothing in it is changed."""

    def do(**answers: Any) -> Path:
        def make(folder: Path) -> None:
            shutil.copytree(rendered(**answers), folder)
            sync(folder)

        return made(name_of("installed", answers), make)

    return do


@pytest.fixture
def service(install: Render) -> Path:
    """A service with the default answers and its dependencies, of the test's own."""
    return install()


@pytest.fixture(scope="session")
def proved(rendered: Render, sync: Sync, made: Made, add_proofs: Callable[[Path], None]) -> Render:
    """The same with the proofs in it."""

    def do(**answers: Any) -> Path:
        def make(folder: Path) -> None:
            shutil.copytree(rendered(**answers), folder)
            sync(folder)
            add_proofs(folder)

        return made(name_of("proved", answers), make)

    return do


@pytest.fixture(scope="session")
def project(installed: Render) -> Path:
    """A service with the default answers and its dependencies; nothing in it is changed."""
    return installed()


@pytest.fixture(scope="session")
def add_proofs(run: Run, compiled: Path) -> Callable[[Path], None]:
    """Copy the proofs into a project, with its tests of notes where each mode runs them."""

    def do(folder: Path) -> None:
        proofs = folder / "tests" / "rendered"
        shutil.copytree(ROOT / "tests" / "rendered", proofs)
        for tests in (folder / "tests" / "notes").glob("*.py"):
            shutil.copy(tests, proofs / "modes")
        run("uv", "pip", "install", "--quiet", *OF_PROOFS, *TYPES, cwd=folder)
        link_byte_code(compiled, folder)

    return do


@pytest.fixture(scope="session")
def stand_in() -> StandIn:
    """Run the stand-in of a rendered project, and give its environment."""
    return running_stand_in
