"""Git and Copier as programs that end in time, ask nobody, and say no secret."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from ..failure import Failure
from .address import without_credentials

OF_A_HOOK = {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"}
"""Set where Git itself runs us: they would lead to the project instead of the template."""


@dataclass(frozen=True)
class Ended:
    """A program that came to its end, or was made to."""

    is_well: bool
    output: str
    complaint: str
    """The line that says what was wrong."""


def git(*words: str, within: float = 60) -> Ended:
    """Run Git for at most *within* seconds.

    Raises:
        Failure: there is no Git.
    """
    try:
        return _run("git", *words, within=within)
    except FileNotFoundError:
        raise Failure("there is no git here: install it, an update needs it, too") from None


def copier(*words: str, temporary: Path, within: float = 300) -> Ended:
    """Run Copier, which uv fetches the first time; what it leaves behind is in *temporary*.

    Raises:
        Failure: there is neither.
    """
    uv = os.environ.get("UV") or which("uv") or "uv"
    known = find_spec("copier") is not None
    program = (sys.executable, "-m", "copier") if known else (uv, "tool", "run", "copier")
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    try:
        return _run(*program, *words, within=within, **places)
    except FileNotFoundError:
        raise Failure(
            "there is no uv here, which runs Copier: install it (https://docs.astral.sh/uv), or"
            " put its folder on the PATH"
        ) from None


def _run(*words: str, within: float, **variables: str) -> Ended:
    ours = {name: value for name, value in os.environ.items() if name not in OF_A_HOOK}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    with subprocess.Popen(  # noqa: S603  # the two programs above
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**ours, **quiet, **variables},
        start_new_session=sys.platform != "win32",
    ) as child:
        try:
            output, told = child.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            _kill(child)
            return Ended(
                is_well=False, output="", complaint=f"no answer within {within:.0f} seconds"
            )
        except BaseException:
            _kill(child)
            raise
    return Ended(child.returncode == 0, output, _complaint(told))


def _kill(child: subprocess.Popen[str]) -> None:
    """End *child* with all that it started, so that nothing writes any more."""
    if sys.platform == "win32":
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)


def _complaint(told: str) -> str:
    """Return the first line that calls itself an error, or else the last one."""
    lines = [line.strip() for line in without_credentials(told).splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(?:fatal|error|\w*Error)\b", line)]
    return [*errors, *lines[-1:], "no reason was given"][0]
