"""What the tests run: a command to its end, a stand-in, the service, and `dev`, as seen by them."""

import functools
import itertools
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.rendered.bench.ports import free_port

UV_RUN = ("uv", "run", "--no-sync")
"""In a project that is installed, but for what looks at types."""
NUMBERS = itertools.count()
ADDRESS = re.compile(r"API +(http://127\.0\.0\.1:\d+)")


def run_to_its_end(*command: str | Path, cwd: Path, expect: int = 0, **keywords: Any) -> str:
    """Return what it printed; `uv` is the one that runs us."""
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


class Dev:
    """A running `dev`, what it has printed so far, and the processes below it."""

    def __init__(self, folder: Path, *arguments: str, **keywords: Any) -> None:
        keywords.setdefault("cwd", folder)
        self.folder = folder
        self.command = folder / ".venv/bin/my-supabase-service"
        # One each: of two that write into one file, each writes over the other.
        self.output = folder.parent / f"output-{next(NUMBERS)}"
        command = [self.command, "dev", "--port", str(free_port()), *arguments]
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
        give_up = time.monotonic() + 90
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
        running.process.wait(60)


def all_gone(family: list[psutil.Process]) -> bool:
    """Wait until each of them has ended, which takes some seconds on a busy machine."""
    give_up = time.monotonic() + 20
    while any(_lives(each) for each in family):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def _lives(process: psutil.Process) -> bool:
    # A zombie has ended; who should notice may take no interest in it.
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


@contextmanager
def running_stand_in(folder: Path, kept: Path = Path(".local")) -> Generator[dict[str, str]]:
    """Run the stand-in of the project in *folder*, *kept* elsewhere; yield its environment."""
    local = subprocess.Popen(
        [folder / ".venv/bin/python", "-m", "local", "--folder", kept],
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
        local.wait(60)
        local.stdout.close()


@contextmanager
def booted(
    folder: Path, environment: dict[str, str]
) -> Generator[tuple[httpx.Client, psutil.Process]]:
    """Run what the image of the project in *folder* runs; wait for its first answer."""
    port = str(free_port())
    server = subprocess.Popen(image_command(folder), cwd=folder, env=environment | {"PORT": port})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            give_up = time.monotonic() + 60
            while True:
                try:
                    client.get("/health/live")
                    break
                except httpx.TransportError:
                    assert server.poll() is None, "the service ended"
                    assert time.monotonic() < give_up, "the service does not answer"
                    time.sleep(0.05)
            yield client, psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def image_command(folder: Path) -> list[str | Path]:
    """Read the CMD of the Dockerfile; its program is found in the virtual environment."""
    [line] = re.findall(r"^CMD (.+)$", (folder / "Dockerfile").read_text(), re.MULTILINE)
    program, *arguments = json.loads(line)
    return [folder / ".venv/bin" / program, *arguments]
