"""What is waited for is told to somebody at a terminal, and to nobody else."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import select
import sys
from collections.abc import Generator
from io import StringIO
from typing import Any, TextIO

import pytest

from my_supabase_service.tools.doctor.checkup import Check, run
from my_supabase_service.tools.doctor.line import Line, ok

ERASE = "\r\x1b[K"


class Terminal:
    """A real one, whose other end is read by the test."""

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        self.stream: TextIO = os.fdopen(theirs, "w", encoding="utf-8")

    def shown(self, until: str = "", within: float = 10) -> str:
        """Return what is new on it: up to these words, however many writes they took.

        Without words, what comes in so many seconds.
        """
        self.stream.flush()
        shown = ""
        while not (until and shown.endswith(until)):
            is_there, _, _ = select.select([self._ours], [], [], within)
            if not is_there:
                break
            shown += os.read(self._ours, 65536).decode()
        return shown

    def close(self) -> None:
        self.stream.close()
        os.close(self._ours)


@pytest.fixture
def terminal() -> Generator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


async def look_slowly(
    terminal: Terminal, *, stdout: Any = None, quiet: bool = False, during: Any = None
) -> None:
    """Run two checks, with the *terminal* for stderr, and for stdout if that is nothing else."""

    async def look(_: object) -> Line:
        await asyncio.sleep(0)
        if during:
            during()
        return ok("well")

    checks: list[Check[Any]] = [Check("first", look), Check("second", look, after=("first",))]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sys, "stdout", stdout or terminal.stream)
        monkeypatch.setattr(sys, "stderr", terminal.stream)
        await run(checks, None, quiet=quiet)


async def test_a_terminal_is_told_what_is_waited_for_and_is_clean_at_the_end(
    terminal: Terminal,
) -> None:
    seen: list[str] = []

    await look_slowly(terminal, during=lambda: seen.append(terminal.shown(until="...")))

    assert seen == [f"{ERASE}doctor: first ...", f"{ERASE}{ERASE}doctor: second ..."]
    assert terminal.shown(within=0.1) == ERASE


async def test_a_pipe_is_told_nothing(terminal: Terminal) -> None:
    """`doctor | less`: both would write onto one screen."""
    await look_slowly(terminal, stdout=StringIO())

    assert terminal.shown(within=0.1) == ""


async def test_a_program_is_told_nothing(terminal: Terminal) -> None:
    await look_slowly(terminal, quiet=True)

    assert terminal.shown(within=0.1) == ""


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_the_command_tells_a_terminal_and_with_json_nothing(words: tuple[str, ...]) -> None:
    """The whole of it, as somebody sees it."""
    program = "from my_supabase_service.cli import app; app()"
    ours, theirs = pty.openpty()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings = {"DATABASE_URL": "postgresql://postgres:x@127.0.0.1:1/x?sslmode=disable"}
    settings |= {
        "SUPABASE_URL": "http://127.0.0.1:1",
        "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x",
    }
    settings |= {"ENV_FILE": os.devnull}

    async def look() -> int:
        command = (sys.executable, "-c", program, "doctor", *words)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=theirs, stderr=theirs, env={**kept, **settings}
        )
        return await process.wait()

    assert asyncio.run(look()) == 1
    os.close(theirs)
    shown = _rest(ours)
    assert "nothing listens at 127.0.0.1:1" in shown
    assert bool(re.search(r"doctor: .*port.* \.\.\.", shown)) is (words == ())


def _rest(ours: int) -> str:
    parts: list[bytes] = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:  # Linux says so where nobody has the other end any more
        pass
    os.close(ours)
    return b"".join(parts).decode()
