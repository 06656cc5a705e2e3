"""How two folders differ, file by file. Reads files, and writes none."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

from .answers import NAME


@dataclass(frozen=True)
class Difference:
    """One file that is not the same in both."""

    file: str
    change: Literal["added", "edited", "deleted"]
    added: int = 0
    """Lines that are only in the newer one."""
    removed: int = 0
    """Lines that are only in the older one."""


def files_in(folder: Path) -> set[str]:
    """Return the files below *folder*, without the answers."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {file.as_posix() for file in files} - {NAME}


def differences(older: Path, newer: Path, files: Iterable[str]) -> list[Difference]:
    """Compare these *files* of two folders, in their order."""
    compared = (_compare(older / file, newer / file, file) for file in sorted(files))
    return [difference for difference in compared if difference]


def _compare(older: Path, newer: Path, file: str) -> Difference | None:
    if not newer.is_file():
        return Difference(file, "deleted", removed=len(_lines(older)))
    if not older.is_file():
        return Difference(file, "added", added=len(_lines(newer)))
    old, new = _lines(older), _lines(newer)
    if old == new:
        return None
    steps = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    added = sum(end - start for _, _, _, start, end in changed)
    removed = sum(end - start for _, start, end, _, _ in changed)
    return Difference(file, "edited", added, removed)


def _lines(file: Path) -> list[bytes]:
    """Return the lines of *file*; how Git ends them on this machine is nobody's edit."""
    return file.read_bytes().replace(b"\r\n", b"\n").splitlines(keepends=True)
