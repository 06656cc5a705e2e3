"""What revisions made as it was declared: each is marked in the statement that makes it. Pure.

No other view, function or trigger is ever dropped for not being declared: those that somebody
wrote into a revision by hand, that a tool made or a baseline took over, have no mark.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..upgrades import upgrade_of

FILES = {
    "view": "views.py",
    "materialized view": "views.py",
    "function": "functions.py",
    "trigger": "functions.py",
}
"""Where a feature declares each kind."""

MARKED = re.compile(
    r"\s*-- \w+\.py: (?:(trigger) (\"(?:[^\"]|\"\")+\"|\S+) on (.+)"
    r"|(view|materialized view|function) (.+))"
)


@dataclass(frozen=True)
class Mark:
    """What is told of a statement: what it makes, named as SQL, and on which table."""

    kind: str
    name: str
    on: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.full}"

    @property
    def full(self) -> str:
        """Its name, with its table."""
        return f"{self.name} on {self.on}" if self.on else self.name

    @property
    def known_as(self) -> tuple[str, str]:
        """Its kind and its name."""
        return (self.kind, self.name)

    @property
    def line(self) -> str:
        """The comment at the head of the statement."""
        return f"-- {FILES[self.kind]}: {self}"


def made_by_revisions(revisions: Iterable[Path]) -> list[Mark]:
    """Return what the upgrades of *revisions* made, each once."""
    return list(dict.fromkeys(mark for each in revisions for mark in _made_by(each)))


def _made_by(revision: Path) -> Iterator[Mark]:
    for each in upgrade_of(revision):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield from _marks(each.value.replace("\\:", ":"))


def _marks(statement: str) -> Iterator[Mark]:
    first, _, _ = statement.strip().partition("\n")
    if found := MARKED.fullmatch(first.rstrip()):
        trigger, name, on, kind, full = found.groups()
        yield Mark(trigger, name, on) if trigger else Mark(kind, full)
