"""What several processes of a run share: locks, and names of what is made once."""

import fcntl
import hashlib
import json
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
