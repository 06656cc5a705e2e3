"""The Postgres of the wheel with extensions of ours: made once, whole, and without touching it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from local import installation
from local.installation import EXTENSIONS, SERVER, install
from local.problem import Problem

PACKAGES = installation._packages()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

MAKE = """
import sys
from pathlib import Path
from local.installation import EXTENSIONS, _packages, install
sys.stdin.readline()
print(install(_packages(), EXTENSIONS, Path(sys.argv[1])))
"""


class Killed(BaseException):
    """What no handler of the code catches: all that it leaves is on the disk."""


@pytest.fixture
def home() -> Generator[Path]:
    """A virtual environment of the test's own, on the disk of the real one: there links work."""
    home = Path(sys.prefix) / f"of-a-test-{os.getpid()}"
    home.mkdir()
    yield home
    home.chmod(0o755)
    shutil.rmtree(home)


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def made(home: Path) -> set[Path]:
    return {*home.glob("postgres-*")}


def control(folder: Path, name: str) -> str:
    found = next((folder / SERVER / "share").rglob(f"{name}.control"))
    return found.read_text(encoding="utf-8")


def test_it_has_the_files_of_the_wheel_and_ours(home: Path) -> None:
    whole = install(PACKAGES, EXTENSIONS, home)

    assert install(PACKAGES, EXTENSIONS, home) == whole
    assert sorted(path.name for path in home.iterdir()) == [whole.name, "postgres.lock"]
    names = {Path(file).name for file in tree(whole)}
    assert {"postgres", "vector.control"} <= {Path(file).stem for file in tree(whole)} | names
    assert {file.name for file in EXTENSIONS.iterdir()} <= names


def test_the_files_of_the_wheel_stay_as_they_are(home: Path) -> None:
    """They are hard links into a cache that every environment of this user shares."""
    before = control(PACKAGES, "vector")

    whole = install(PACKAGES, EXTENSIONS, home)

    assert control(whole, "vector") == f"{before}trusted = true\n"
    assert control(PACKAGES, "vector") == before
    program = SERVER / "bin" / "postgres"
    if sys.platform != "win32":
        assert (whole / program).samefile(PACKAGES / program)


def test_it_is_copied_where_nothing_can_be_linked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another file system, or where the wheel's files belong to another user."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    whole = install(PACKAGES, EXTENSIONS, home)

    program = whole / SERVER / "bin" / "postgres"
    assert b" 16." in subprocess.check_output([program, "--version"])  # noqa: S603


async def test_two_at_once_make_one(home: Path, root: Path) -> None:
    both = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", MAKE, str(home)),
            cwd=root,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    said = await asyncio.gather(*(process.communicate(b"\n") for process in both))

    assert [process.returncode for process in both] == [0, 0]
    assert len({out for out, _ in said}) == 1
    assert len(made(home)) == 1


def test_threads_of_one_process_make_one(home: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        each = [threads.submit(install, PACKAGES, EXTENSIONS, home) for _ in range(4)]

    assert {one.result() for one in each} == made(home)


def test_one_that_was_killed_leaves_nothing_half_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", die)
        with pytest.raises(Killed):
            install(PACKAGES, EXTENSIONS, home)
    assert made(home) == set()
    stale = home / "postgres.partial" / "stale"
    stale.touch()

    whole = install(PACKAGES, EXTENSIONS, home)

    assert "stale" not in tree(whole)
    assert not stale.parent.exists()


def test_a_change_of_an_extension_makes_another_and_removes_the_former(
    home: Path, tmp_path: Path
) -> None:
    former = install(PACKAGES, EXTENSIONS, home)
    changed = Path(shutil.copytree(EXTENSIONS, tmp_path / "extensions"))
    (changed / "added.control").write_text("default_version = '1'\n")

    with running_from(former):
        whole = install(PACKAGES, changed, home)
        assert whole != former
        assert former.is_dir(), "a server that runs in it may still need its files"
    (changed / "added.control").write_text("default_version = '2'\n")
    newest = install(PACKAGES, changed, home)

    assert made(home) == {newest}


@contextmanager
def running_from(folder: Path) -> Generator[None]:
    """Have a process whose program lies in *folder*."""
    program = folder / "sleep"
    shutil.copy(shutil.which("sleep") or "", program)
    process = subprocess.Popen([program, "60"])  # noqa: S603
    yield
    process.kill()
    process.wait()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_environment_that_cannot_be_written_is_named(home: Path) -> None:
    home.chmod(0o555)

    with pytest.raises(Problem, match=r"cannot be installed in .* make it writable"):
        install(PACKAGES, EXTENSIONS, home)


@pytest.mark.parametrize("missing", ["home", "wheel"])
def test_what_is_missing_is_told(home: Path, tmp_path: Path, missing: str) -> None:
    (tmp_path / "file").touch()
    arguments: dict[str, Any] = {
        "home": (PACKAGES, EXTENSIONS, tmp_path / "file" / "venv"),
        "wheel": (tmp_path, EXTENSIONS, home),
    }

    with pytest.raises(Problem, match=r"cannot be installed in|run `uv sync --reinstall`"):
        install(*arguments[missing])


def test_no_room_is_told_by_its_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(shutil, "copy2", full)

    with pytest.raises(Problem, match=r"\(.*No space left on device.*\): make it writable"):
        install(PACKAGES, EXTENSIONS, home)
