"""Git's answers about a folder, as bytes."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hooks.failure import Failure


def git(
    folder: Path, *arguments: str, given: bytes = b"", index: Path | None = None, ok: int = 0
) -> bytes:
    """Return what Git prints in *folder*; more than *ok* as its exit code is a failure."""
    program = shutil.which("git")
    if not program:
        raise Failure("Git is not installed here.")
    environment = {**os.environ, **({"GIT_INDEX_FILE": str(index)} if index else {})}
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        input=given,
        capture_output=True,
        check=False,
    )
    if not 0 <= done.returncode <= ok:
        told = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
        raise Failure(f"git {arguments[0]} failed in {folder}: {told}")
    return done.stdout


def committed(folder: Path, path: str) -> bytes | None:
    """Return the file at *path*, seen from *folder*, in the last commit."""
    if path not in listed(folder, path):
        return None
    return git(folder, "cat-file", "blob", f"HEAD:./{path}")


def listed(folder: Path, *paths: str) -> list[str]:
    """Return the committed files at and below *paths*, seen from *folder*."""
    told = git(folder, "--literal-pathspecs", "ls-tree", "-rz", "--name-only", "HEAD", "--", *paths)
    return lines(told)


def present(folder: Path) -> list[str]:
    """Return every file of *folder* that Git does not ignore, committed or not."""
    told = git(folder, "ls-files", "-coz", "--exclude-standard", "--deduplicate")
    return [name for name in lines(told) if (folder / name).is_file()]


def lines(told: bytes) -> list[str]:
    """Split what `-z` prints."""
    return [os.fsdecode(name) for name in told.split(b"\0") if name]


def record_conflict(folder: Path, path: str, stages: Sequence[bytes]) -> None:
    """Leave the file unmerged in the index, so that no commit can be made past its markers.

    The index names a file from the top of the repository, whatever the folder is.
    """
    prefix = git(folder, "rev-parse", "--show-prefix").rstrip(b"\n")
    name = prefix + os.fsencode(path)
    rows = [b"0 " + b"0" * 40 + b"\t" + name]
    for number, content in enumerate(stages, start=1):
        blob = git(folder, "hash-object", "-w", "--stdin", given=content).strip()
        rows.append(b"100644 %s %d\t%s" % (blob, number, name))
    git(folder, "update-index", "--index-info", given=b"\n".join(rows) + b"\n")
