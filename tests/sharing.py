"""What several processes of a run share: locks, names of what is made once, and byte code."""

import fcntl
import hashlib
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def locked(file: Path, *, alone: bool = True) -> Generator[None]:
    """Hold *file*, with every other process that would share it unless *alone*."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def name_of(kind: str, answers: dict[str, Any]) -> str:
    """Name the folder of these answers; what is so by default need not be said."""
    by_default = {"include_rls": True, "include_storage": True}.items()
    text = json.dumps(sorted(answers.items() - by_default))
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def link_byte_code(compiled: Path, folder: Path) -> None:
    """Let what is installed in *folder* have the byte code of the same files elsewhere.

    Python believes it by the size and the time of a file, which uv keeps: both are links to one
    file of its cache. Where they are not, it compiles again.
    """
    [source] = compiled.glob(".venv/lib/python*/site-packages")
    for target in folder.glob(f".venv/lib/{source.parent.name}/site-packages"):
        for cache in source.rglob("__pycache__"):
            there = target / cache.relative_to(source)
            if there.parent.is_dir() and not there.exists():
                there.mkdir()
                for file in cache.iterdir():
                    os.link(file, there / file.name)
