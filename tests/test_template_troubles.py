"""`template` tells in a line what is in its way, and what to change."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.telling import ANSWERS, PACKAGE, Tell, answer

Render = Callable[..., Path]
Run = Callable[..., str]
Commit = Callable[[Path, str], None]


@pytest.fixture
def started(render: Render, commit: Commit) -> Path:
    """A project in Git."""
    folder = render()
    commit(folder, "Start")
    return folder


@pytest.fixture
def tell(project: Path, run: Run, tmp_path: Path) -> Tell:
    """The command."""
    return Tell(project, run, tmp_path / "temporary")


HIDDEN = "https://user:pass@word@127.0.0.1:9/template"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("_src_path", "../template", "../template, which is another folder on each machine: set"),
        ("_src_path", "/gone", "no longer at /gone: set _src_path in .copier-answers.yml to"),
        ("_src_path", HIDDEN, "template at https://***@127.0.0.1:9/template does not answer ("),
        ("_src_path", "", "has no _src_path, so nobody knows what this was rendered from: take"),
        ("_commit", "v1.0.0-2-gabcdef0", "Set _commit in .copier-answers.yml to the release that"),
        ("package_name", "renamed", "src/renamed/, which is not there: docs/upgrading.md tells"),
        ("package_name", "{", ".copier-answers.yml is broken: take it back from Git (git checkout"),
    ],
)
def test_answers_that_lead_nowhere_are_told_in_a_line(
    started: Path, tell: Tell, name: str, value: str, says: str
) -> None:
    answer(started, name, value)

    [line] = tell(started, expect=1).splitlines()
    assert says in line
    assert "word" not in line


def test_a_missing_file_of_answers_is_told_in_a_line(started: Path, tell: Tell) -> None:
    (started / ANSWERS).rename(started / ".answers.yml")

    [line] = tell(started, expect=1).splitlines()
    assert line.startswith(f"{ANSWERS} is not in {started}, so nobody knows")


def test_a_project_outside_of_git_is_told_in_a_line(render: Render, tell: Tell) -> None:
    [line] = tell(render(), expect=1).splitlines()
    assert "is not in Git, which an update needs to merge" in line


def test_a_machine_without_git_or_uv_is_told_in_a_line(
    started: Path, tell: Tell, tmp_path: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()

    [line] = tell(started, expect=1, PATH=str(programs), UV="").splitlines()
    assert line == "there is no git here: install it, an update needs it, too"
    (programs / "git").symlink_to(shutil.which("git") or "git")
    [line] = tell(started, expect=1, PATH=str(programs), UV="").splitlines()
    assert line.startswith("there is no uv here, which runs Copier: install it (https://")


def test_a_host_that_is_silent_is_given_up(started: Path, project: Path, run: Run) -> None:
    """After a time that is short in this test, and 20 seconds elsewhere."""
    module = f"{PACKAGE.name}.tools.template"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer(started, "_src_path", f"git://127.0.0.1:{silent.getsockname()[1]}/template")
        script = (
            f"from pathlib import Path; from {module} import clone, look;"
            f" assert clone.REACHED_WITHIN == 20; clone.REACHED_WITHIN = 1; look.look(Path())"
        )
        told = run(project / ".venv/bin/python", "-c", script, cwd=started, expect=1)

    assert "does not answer (no answer within 1 seconds): check the network" in told


def test_who_stops_it_finds_nothing_left(started: Path, tell: Tell) -> None:
    """Also while Copier is at work."""
    command = [tell.program, "template"]
    running = subprocess.Popen(command, cwd=started, env=tell.environment(), stderr=subprocess.PIPE)
    give_up = time.monotonic() + 60
    while not any(tell.temporary.glob("template-*/old/*.toml")) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert any(tell.temporary.glob("template-*/old"))

    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)

    assert running.returncode == 130
    assert tell.left() == []
