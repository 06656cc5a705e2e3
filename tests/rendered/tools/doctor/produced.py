"""Every finding that the doctor can print, and those that its tests have really produced."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from my_supabase_service.tools.doctor import line

ROOM = Path(line.__file__).parent
MAKERS = {"ok", "warn", "fail", "skip", "Line"}
COPIES = {"line.py", "report.py"}
"""Where no line is thought up."""


@dataclass(frozen=True)
class Finding:
    """One place in the code that says something."""

    file: str
    first: int
    last: int
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.first} {self.code}"


@dataclass
class Produced:
    """What was said, and by which lines of the code."""

    said: set[str]
    places: set[tuple[str, int]]

    def has(self, finding: Finding) -> bool:
        """Tell whether some test has seen *finding*."""
        lines = range(finding.first, finding.last + 1)
        return any(file == finding.file and number in lines for file, number in self.places)


def findings() -> Iterator[Finding]:
    """Read them all out of the code."""
    for path in sorted(ROOM.rglob("*.py")):
        if path.name in COPIES:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS:
                end = node.end_lineno or node.lineno
                name = path.relative_to(ROOM).as_posix()
                yield Finding(name, node.lineno, end, ast.unparse(node))


def record(monkeypatch: pytest.MonkeyPatch) -> Produced:
    """Note from now on who says what."""
    produced = Produced(set(), set())
    make: Any = line.Line.__init__

    def noted(self: line.Line, level: line.Level, says: str, remedy: str = "") -> None:
        make(self, level, says, remedy)
        if place := _place(sys._getframe(1)):  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            produced.said.add(says)
            produced.places.add(place)

    monkeypatch.setattr(line.Line, "__init__", noted)
    return produced


def _place(frame: FrameType | None) -> tuple[str, int] | None:
    while frame and Path(frame.f_code.co_filename).name in COPIES | {"<string>"}:
        if Path(frame.f_code.co_filename).name == "report.py":
            return None
        frame = frame.f_back
    path = Path(frame.f_code.co_filename) if frame else ROOM.parent
    if frame is None or not path.is_relative_to(ROOM):
        return None
    return path.relative_to(ROOM).as_posix(), frame.f_lineno
