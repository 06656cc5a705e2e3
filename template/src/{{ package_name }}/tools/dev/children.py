"""Child processes that end with us, in whatever way we end."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

STOP_WITHIN = 10
"""Seconds that a child has to end by itself."""


@contextmanager
def running(*arguments: str, stdout: int | None = None) -> Generator[subprocess.Popen[str]]:
    """Run Python with *arguments*; the end of its standard input tells the child to end.

    It lives apart from the terminal's group, so Ctrl-C reaches only us, and we stop it in order.
    After a `kill -9` of ours the system closes the pipe, and it ends just the same.
    """
    child = subprocess.Popen(  # noqa: S603  # programs of this project
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=stdout,
        text=True,
        start_new_session=sys.platform != "win32",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        yield child
    finally:
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()


def run(*arguments: str) -> int:
    """Run Python with *arguments* to its end, on our own terminal; return its exit code."""
    return subprocess.run([sys.executable, *arguments], check=False).returncode  # noqa: S603
