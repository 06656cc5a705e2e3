"""Runs the checks: side by side where they can be, and each within its seconds."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from .line import Level, Line, fail, skip
from .report import Report, Result

Known = TypeVar("Known")

MEANINGLESS = {"FAIL", "skip"}
"""After one of these, what needs that check has nothing to look at."""


@dataclass(frozen=True)
class Check(Generic[Known]):
    """One thing that is looked at."""

    name: str
    look: Callable[[Known], Awaitable[Line | Sequence[Line]]]
    needs: tuple[str, ...] = ()
    """The checks before it that have to go well."""
    after: tuple[str, ...] = ()
    """Those that it waits for, however they go."""
    within: float = 5
    """Seconds that it may take."""
    late: Level = "FAIL"
    """What it is if it takes longer."""


WITHIN = 40
"""Seconds for all of them, however many are slow."""


class Progress:
    """Tells somebody at a terminal what is waited for; a file and a program it tells nothing."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._is_shown = sys.stderr.isatty() and sys.stdout.isatty() and not quiet
        self._waiting: list[str] = []

    def begin(self, name: str) -> None:
        """Tell that *name* is looked at."""
        self._waiting.append(name)
        self._show()

    def end(self, name: str) -> None:
        """Tell that it is over."""
        self._waiting.remove(name)
        self._show()

    def _show(self) -> None:
        if self._is_shown:
            said = f"doctor: {', '.join(self._waiting)} ..." if self._waiting else ""
            sys.stderr.write(f"\r\x1b[K{said}")
            sys.stderr.flush()


async def run(
    checks: Sequence[Check[Known]],
    known: Known,
    *,
    within: float = WITHIN,
    quiet: bool = False,
) -> Report:
    """Run *checks*, each of which may add to what is *known* for those that need it."""
    progress = Progress(quiet=quiet)
    running: dict[str, asyncio.Task[list[Line]]] = {}
    for check in checks:
        before = {name: running[name] for name in (*check.needs, *check.after) if name in running}
        running[check.name] = asyncio.create_task(_run(check, known, before, progress))
    try:
        await asyncio.wait(running.values(), timeout=within)
    finally:
        late = {name for name, task in running.items() if not task.done()}
        for task in running.values():
            task.cancel()
    return Report(
        [
            Result(name, line)
            for name, task in running.items()
            for line in ([_unfinished(within)] if name in late else task.result())
        ]
    )


def _unfinished(within: float) -> Line:
    return fail(
        f"not done when the {within:g} s of all checks were over", "mend what is slow above"
    )


async def _run(
    check: Check[Known],
    known: Known,
    before: dict[str, asyncio.Task[list[Line]]],
    progress: Progress,
) -> list[Line]:
    if before:
        await asyncio.wait(before.values())
    failed = [name for name in check.needs if name in before and _is_in_the_way(before[name])]
    if failed:
        return [skip(f"not looked at, because of {failed[0]}")]
    progress.begin(check.name)
    try:
        async with asyncio.timeout(check.within):
            found = await check.look(known)
    except TimeoutError:
        found = Line(check.late, f"no answer within {check.within:g} s", "try again in a minute")
    except Exception as error:  # noqa: BLE001  # the others have something to say all the same
        kind = type(error).__name__
        found = Line("FAIL", f"the check itself failed: {kind}: {error}", "report this")
    finally:
        with suppress(ValueError):
            progress.end(check.name)
    return [found] if isinstance(found, Line) else [*found]


def _is_in_the_way(task: asyncio.Task[list[Line]]) -> bool:
    lines: Iterable[Line] = task.result()
    return any(line.level in MEANINGLESS for line in lines)
