"""`dev` as a person meets it: one command, one screen, one Ctrl-C."""

import functools
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

Render = Callable[..., Path]
Run = Callable[..., str]

ADDRESS = re.compile(r"API +(http://127\.0\.0\.1:\d+)")


class Dev:
    """A running `dev`, what it has printed so far, and the processes below it."""

    def __init__(self, folder: Path, *arguments: str, **keywords: Any) -> None:
        keywords.setdefault("cwd", folder)
        self.folder = folder
        self.command = folder / ".venv/bin/my-supabase-service"
        self.output = folder.parent / "output"
        command = [self.command, "dev", "--port", "0", *arguments]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **keywords,
            )

    def told(self) -> str:
        return self.output.read_text()

    def wait_for(self, pattern: str) -> str:
        """Wait until it has printed *pattern*; return the first group, or all of it."""
        give_up = time.monotonic() + 40
        while not (match := re.search(pattern, self.told())):
            assert time.monotonic() < give_up, f"no {pattern!r} in\n{self.told()}"
            time.sleep(0.05)
        return match[match.re.groups]

    @functools.cached_property
    def address(self) -> str:
        return self.wait_for(ADDRESS.pattern)

    def family(self) -> list[psutil.Process]:
        """Return every process that it started, and theirs."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def send(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        """Send a request of Alice's to the service, once it is up."""
        url = f"{self.address}{path}"
        # As the screen shows it.
        command = [self.command, "token", "alice"]
        token = subprocess.check_output(command, cwd=self.folder, text=True).strip()
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.request(method, url, headers=headers, trust_env=False, **keywords)

    def write_note(self) -> str:
        answer = self.send("POST", "/notes", json={"title": "milk"})
        assert answer.status_code == 201
        return answer.json()["id"]

    def ids(self) -> list[str]:
        return [note["id"] for note in self.send("GET", "/notes").json()["items"]]


@contextmanager
def dev(folder: Path, *arguments: str, **keywords: Any) -> Generator[Dev]:
    """Run `dev`; at the end it is stopped by Ctrl-C."""
    running = Dev(folder, *arguments, **keywords)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGINT)
        running.process.wait(30)


def all_gone(family: list[psutil.Process]) -> bool:
    """Tell whether each of them ended within a few seconds."""
    _, alive = psutil.wait_procs(family, timeout=5)
    return not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def service(project: Path, run: Run, tmp_path: Path) -> Path:
    """A project of the test's own, with its dependencies."""
    folder = tmp_path / "service"
    ignored = shutil.ignore_patterns(".venv", ".local", "__pycache__")
    shutil.copytree(project, folder, ignore=ignored)
    run("uv", "sync", "--quiet", "--frozen", cwd=folder)
    return folder


def test_it_serves_reloads_and_stops_at_ctrl_c(service: Path) -> None:
    """And what was written is there the next time, unless the start is to be a fresh one."""
    with dev(service) as first:
        note = first.write_note()
        family = first.family()
        assert any("postgres" in each.name() for each in family)

        routes = service / "src/my_supabase_service/notes/routes.py"
        routes.write_text(routes.read_text().replace('prefix="/notes"', 'prefix="/memos"'))
        first.wait_for(r"changed: .*routes.py")
        first.wait_for(r"reloaded in [\d.]+ s")
        assert first.send("GET", f"/memos/{note}").json()["title"] == "milk"
        routes.write_text(routes.read_text().replace('prefix="/memos"', 'prefix="/notes"'))
    assert first.process.returncode == 0
    assert first.told().endswith("stopped\n")
    assert all_gone(family)

    with dev(service) as second:
        assert second.ids() == [note]
    with dev(service, "--fresh") as third:
        assert third.ids() == []


def test_a_mistake_in_the_code_is_survived_by_the_next_change(service: Path) -> None:
    routes = service / "src/my_supabase_service/notes/routes.py"
    whole = routes.read_text()
    with dev(service) as running:
        assert running.address
        routes.write_text(whole + "\nraise RuntimeError('a mistake')\n")
        running.wait_for("the service did not start")
        assert "a mistake" in running.told()
        routes.write_text(whole)
        running.wait_for(r"reloaded in")
        running.write_note()


@pytest.mark.parametrize("victim", ["dev", "local", "postgres"])
def test_a_kill_loses_nothing_and_leaves_nothing_running(service: Path, victim: str) -> None:
    with dev(service) as running:
        note = running.write_note()
        family = running.family()
        processes = {
            "dev": running.process.pid,
            "local": next(each.pid for each in family if "local" in each.cmdline()),
            "postgres": min(each.pid for each in family if each.name() == "postgres"),
        }
        os.kill(processes[victim], signal.SIGKILL)
        code = running.process.wait(20)
    assert code == (-signal.SIGKILL if victim == "dev" else 1)
    assert all_gone(family)

    with dev(service) as again:
        assert again.ids() == [note]


def one_line_of(done: Dev) -> str:
    """Return what it says after it failed, apart from progress."""
    assert done.process.wait(40) == 1
    progress = ("starting a Supabase", "migrate: applied")
    [line] = [line for line in done.told().splitlines() if not line.startswith(progress)]
    assert all_gone(psutil.Process().children(recursive=True))
    return line


def test_a_taken_port_is_told_in_one_line(service: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        line = one_line_of(Dev(service, "--port", str(port)))

    assert f"port {port} is taken" in line


def test_a_broken_migration_is_told_in_one_line(service: Path) -> None:
    [revision] = (service / "migrations" / "versions").glob("*_notes.py")
    revision.write_text(revision.read_text().replace('"notes",', '"notes", sa.Colum(),', 1))

    line = one_line_of(Dev(service))

    assert re.search(r"migrate: \S+notes.py, line \d+: .*Colum", line)


def test_a_folder_that_is_not_writable_is_told_in_one_line(service: Path) -> None:
    (service / ".local").write_text("a file where the folder should be")

    assert ".local" in one_line_of(Dev(service))


def test_a_second_dev_in_the_project_is_told_in_one_line(service: Path) -> None:
    with dev(service) as first:
        first.write_note()
        second = Dev(service)
        assert second.process.wait(20) == 1
        assert "already runs" in second.told().splitlines()[-1]
        first.write_note()


def test_it_never_meets_the_project_of_the_environment_or_of_dotenv(service: Path) -> None:
    """Else `dev` could migrate production."""
    real = "postgresql://postgres:secret@127.0.0.1:1/postgres?sslmode=disable"
    (service / ".env").write_text(f"DATABASE_URL={real}\nMIGRATIONS_DATABASE_URL={real}\n")
    environment = {
        **os.environ,
        "DATABASE_URL": real,
        "MIGRATIONS_DATABASE_URL": real,
        "SUPABASE_JWKS_URL": "https://real.supabase.co/keys",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
    }

    with dev(service, env=environment) as running:
        running.write_note()


def test_it_runs_from_any_folder_of_the_project_and_nowhere_else(
    service: Path, tmp_path: Path
) -> None:
    with dev(service, cwd=service / "src" / "my_supabase_service") as running:
        assert running.address
        assert (service / ".local" / "env").is_file()

    assert "is not inside the project" in one_line_of(Dev(service, cwd=tmp_path))


def test_an_ordinary_user_needs_no_rights_and_no_open_home(
    render: Render, run: Run, tmp_path: Path
) -> None:
    """As whoever runs this suite; and as a user without rights when that is root."""
    folder = render()
    home = folder.parent
    everyone: dict[str, Any] = {}
    run("uv", "sync", "--quiet", "--python", "/usr/bin/python3", cwd=folder)
    if os.geteuid() == 0:
        user = pwd.getpwnam("daemon")
        for path in [home, *home.rglob("*")]:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        for parent in home.parents:
            if parent.stat().st_uid == 0 and str(parent).startswith(str(tmp_path.parent.parent)):
                parent.chmod(0o711)
        everyone = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    home.chmod(0o700)

    with dev(folder, **everyone, env={"HOME": str(home), "PATH": os.environ["PATH"]}) as running:
        running.write_note()
        family = running.family()
        owner = psutil.Process(running.process.pid).uids().real
        assert {each.uids().real for each in family} == {owner}
    assert all_gone(family)
    assert json.dumps(running.process.returncode) == "0"
