"""The folder that keeps the stand-in's state: one process at a time, and only its user's eyes."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .problem import Problem, Taken


@contextmanager
def claimed(folder: Path) -> Generator[None]:
    """Keep every other stand-in out of *folder*, until this process ends in whatever way.

    The operating system holds the lock, so a killed process leaves none behind.
    """
    lock = _lock(folder)
    holder = folder / "pid"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_another_users(folder)
        lock.acquire(timeout=0)
        # Beside the lock, not in it: Windows lets nobody read a locked file.
        write_private(holder, str(os.getpid()))
    except Timeout:
        pid = holder.read_text(encoding="utf-8") if holder.exists() else "unknown"
        raise Taken(
            f"the stand-in already runs in {folder} (pid {pid}): stop that one first"
        ) from None
    except OSError as error:
        raise Problem(
            f"{folder} cannot be written ({error.strerror}): make it writable, or remove it"
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_claimed(folder: Path) -> bool:
    """Tell whether a stand-in runs in *folder*, or is about to."""
    lock = _lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / "lock", mode=0o600)


def _refuse_another_users(folder: Path) -> None:
    if sys.platform == "win32":
        return
    owner = folder.stat().st_uid
    # Root could write there, and would leave files behind that the owner cannot remove.
    if owner != os.geteuid():
        raise Problem(f"{folder} belongs to another user (uid {owner}): remove it first")
