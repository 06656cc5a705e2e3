"""Postgres as a child of this process: started, known to be ready, and gone when it should be."""

import asyncio
import hashlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from . import cluster, programs
from .problem import Problem

USUAL_PORT = 54390
"""Beside the ports of `supabase start`, which are 54320 to 54329."""

PATIENCE = 60
"""Seconds for a start; one after a crash repeats the write-ahead log first."""

PROGRAMS = ("postgres", "initdb")
"""What may run on a data folder."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    # A test that meets it at some moment would see other locks, sessions and statistics.
    "autovacuum": "off",
}
"""For data that live for a test run, and that no one will miss when the machine loses power."""


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    def url(self, role: str, password: str | None = None) -> str:
        """Give the address at which *role* logs in, if need be by the password of its birth."""
        password = password or cluster.password(self.folder, role)
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/postgres?sslmode=disable"

    async def death(self) -> Problem:
        """Wait until the server ends by itself, and say what is known about why."""
        code = await asyncio.to_thread(self.process.wait)
        why = f"signal {-code}" if code < 0 else programs.telling_line(_log(self.folder))
        return Problem(f"Postgres died ({why}): start again, committed data are there")


@contextmanager
def postgres(folder: Path, *, durable: bool = True, fresh: bool = False) -> Generator[Postgres]:
    """Run the Postgres that lives in *folder*, made at first sight, anew if *fresh*.

    Enter it on a thread that lives as long as the server should (the main thread is one): on
    Linux the kernel ends the server with the thread that started it. That is also why it blocks.
    """
    folder = folder.resolve()
    # In the arguments of the server and in the titles of its children, so all can be found again.
    mark = f"stand-in-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    _end_all(mark)
    cluster.prepare(folder, fresh=fresh, mark=mark)
    settings = SETTINGS | {"cluster_name": mark} | ({} if durable else FAST)
    server = _start(folder, settings)
    try:
        yield server
    finally:
        _end_all(mark)
        server.process.wait()


def _start(folder: Path, settings: dict[str, str]) -> Postgres:
    # Whatever process it names is not ours: ours are gone, and the folder is claimed.
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    for port in _ports():
        process = _launch(folder, settings | {"port": str(port)})
        if _ready(process, folder / "data" / "postmaster.pid"):
            return Postgres(process, port, folder)
        process.kill()  # in case it was only slow
        process.wait()
        if "could not bind" not in _log(folder):
            break
    raise Problem(
        f"Postgres does not start: {programs.telling_line(_log(folder))}"
        f" (more in {folder / 'log'}; --fresh starts without the data)"
    )


def _ports() -> Iterator[int]:
    """Offer the port of bookmarks, then some that were free a moment ago."""
    yield USUAL_PORT
    for _ in range(9):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        yield port


def _launch(folder: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    log = folder / "log"
    log.touch(mode=0o600)
    options = [f"--{name}={value}" for name, value in settings.items()]
    with log.open("wb") as output:
        return subprocess.Popen(
            programs.command("postgres", "-D", folder / "data", *options),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=programs.environment(),
            # A Ctrl-C in the terminal is for us; Postgres ends when we say so.
            start_new_session=True,
        )


def _ready(process: subprocess.Popen[bytes], pid_file: Path) -> bool:
    """Wait until *process* serves; False if it ended instead.

    Its pid file says so. To connect would prove little: another server may have the port.
    """
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None:
        with suppress(FileNotFoundError):
            lines = pid_file.read_bytes().splitlines()
            if lines[:1] == [str(process.pid).encode()] and lines[7:8] == [b"ready   "]:
                return True
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return False


def _log(folder: Path) -> str:
    log = folder / "log"
    # Somebody may have removed the whole folder.
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def _end_all(mark: str) -> None:
    """End every process of this cluster, also one that a killed predecessor left.

    Children of a killed server count: while one of them works, no new server starts.
    """
    for end in (_interrupt, psutil.Process.kill):
        for process in _marked(mark):
            with suppress(psutil.NoSuchProcess):
                end(process)
        give_up = time.monotonic() + 10
        while _marked(mark) and time.monotonic() < give_up:
            time.sleep(0.01)


def _marked(mark: str) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _is_marked(process, mark)]


def _is_marked(process: psutil.Process, mark: str) -> bool:
    # A zombie has no arguments any more, so it is none of them; a `grep` for the mark is no server.
    with suppress(psutil.Error):
        arguments = process.cmdline()
        return any(mark in word for word in arguments) and process.name().startswith(PROGRAMS)
    return False


def _interrupt(process: psutil.Process) -> None:
    """Ask a server to end its sessions, write everything down and leave.

    A child of it cancels its query, or writes down a little more, and follows.
    """
    if sys.platform == "win32":
        programs.run("pg_ctl", "kill", "INT", str(process.pid))  # Windows knows no signals
    else:
        process.send_signal(signal.SIGINT)
