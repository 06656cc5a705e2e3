"""`python -m local` starts after anything, ends with anyone, and loses nothing committed."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil
import pytest

LOCAL = [sys.executable, "-m", "local", "--folder"]

Local = subprocess.Popen[str]
Start = Callable[..., Local]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: each finds what the one before left, which is the point."""
    return tmp_path_factory.mktemp("project") / ".local"


@pytest.fixture
def start(folder: Path) -> Generator[Start]:
    """Start `python -m local` as `dev` does: a pipe to its stdin, a session of its own."""
    started: list[Local] = []

    def start(*options: str, folder: Path = folder, command: list[str] = LOCAL) -> Local:
        process = subprocess.Popen(  # noqa: S603 - this Python, on this page's words
            [*command, str(folder), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.communicate()


async def test_what_was_committed_outlives_a_kill_of_local(start: Start) -> None:
    local = start()
    await commit(url(local), "before the kill")
    everything = tree(local)

    local.kill()

    if sys.platform == "linux":  # elsewhere the next start ends what is left
        assert gone(everything)
    assert "before the kill" in await committed(url(start()))


async def test_nothing_outlives_a_kill_of_the_parent(start: Start) -> None:
    """Whatever happens to `dev`, the kernel closes its end of the pipe."""
    parent = start(command=[sys.executable, "-c", PARENT, *LOCAL])
    url(parent)
    everything = tree(parent)
    assert len(everything) > 3

    parent.kill()

    assert gone(everything)


def test_nothing_outlives_a_kill_while_postgres_recovers(start: Start) -> None:
    """Asked in the gentler way, Postgres would wait forever for a child of its own."""
    local = start()
    url(local)
    everything = tree(local)
    server(local).children()[0].kill()
    time.sleep(0.02)

    local.kill()

    if sys.platform == "linux":
        assert gone(everything)


async def test_local_ends_with_one_line_when_postgres_is_killed(start: Start) -> None:
    local = start()
    await commit(url(local), "before the crash")

    server(local).kill()

    assert refusal(local).startswith("local: Postgres died")
    assert "before the crash" in await committed(url(start()))


@pytest.mark.skipif(sys.platform == "win32", reason="there the query ends with its server")
async def test_a_query_that_outlives_its_server_does_not_stop_the_next_start(start: Start) -> None:
    """Postgres refuses a data folder on which a process of an earlier server still works."""
    local = start()
    connection = await asyncpg.connect(url(local))
    query = asyncio.create_task(connection.execute("do $$ begin loop end loop; end $$"))
    await asyncio.sleep(0.1)
    everything, postmaster = tree(local), server(local)

    local.kill()
    postmaster.kill()

    await committed(url(start()))
    assert gone(everything)
    with pytest.raises((asyncpg.PostgresError, OSError)):
        await query


async def test_a_process_that_a_stale_pid_file_names_is_left_alone(
    start: Start, folder: Path
) -> None:
    start().communicate()  # the folder is made
    innocent = start(command=[sys.executable, "-c", "input()"])
    (folder / "postgres" / "data" / "postmaster.pid").write_text(
        f"{innocent.pid}\n{folder}\n", encoding="utf-8"
    )

    await committed(url(start()))

    assert innocent.poll() is None


async def test_a_second_local_in_the_folder_is_refused_and_does_no_harm(start: Start) -> None:
    first = start()
    address = url(first)

    assert f"(pid {first.pid})" in refusal(start())
    assert first.poll() is None
    await committed(address)


def test_all_is_gone_when_stdin_is_closed(start: Start) -> None:
    local = start()
    url(local)
    everything = tree(local)

    local.communicate(timeout=30)

    assert local.returncode == 0
    assert gone(everything, seconds=0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_all_is_gone_after_a_signal(start: Start, number: signal.Signals) -> None:
    local = start()
    url(local)
    everything = tree(local)

    local.send_signal(number)

    assert local.wait(timeout=30) == 0
    assert gone(everything, seconds=0)


def test_a_kill_while_it_is_made_leaves_no_half_of_it(start: Start, tmp_path: Path) -> None:
    local = start(folder=tmp_path)
    while not (tmp_path / "postgres.partial" / "data" / "base").exists():
        time.sleep(0.01)

    local.kill()

    assert not (tmp_path / "postgres").exists()
    url(start(folder=tmp_path))


PARENT = """
import subprocess, sys
subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, start_new_session=True)
sys.stdin.read()
"""


def url(local: Local) -> str:
    """Wait until it is ready, and take the address from what it prints."""
    assert local.stdout is not None
    line = local.stdout.readline()
    if not line:
        pytest.fail(local.communicate()[1])
    return json.loads(line)["MIGRATIONS_DATABASE_URL"]


def refusal(local: Local) -> str:
    """Give the one line that it ends with."""
    local.wait(timeout=60)
    out, error = local.communicate()
    assert (out, local.returncode, error.count("\n")) == ("", 1, 1)
    return error


def tree(local: Local) -> list[psutil.Process]:
    top = psutil.Process(local.pid)
    return [top, *top.children(recursive=True)]


def server(local: Local) -> psutil.Process:
    [postmaster] = psutil.Process(local.pid).children()
    return postmaster


def gone(processes: list[psutil.Process], *, seconds: float = 15) -> bool:
    """Wait until all have ended; a zombie has, though psutil would wait for it."""
    give_up = time.monotonic() + seconds
    while any(lives(process) for process in processes):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


async def commit(address: str, line: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute("create table if not exists public.kept (line text)")
    await connection.execute("insert into public.kept values ($1)", line)
    await connection.close()


async def committed(address: str) -> list[str]:
    connection = await asyncpg.connect(address)
    there = await connection.fetchval("select to_regclass('public.kept')")
    rows = await connection.fetch("select line from public.kept") if there else []
    await connection.close()
    return [row["line"] for row in rows]
