"""What an advisory found, and how bad that is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warn", "info"]

LEVELS: tuple[Level, ...] = ("error", "warn", "info")
"""The worst first."""


@dataclass(frozen=True)
class Finding:
    """One object that an advisory is about."""

    name: str
    """Of the advisory: splinter's, where it has one."""
    level: Level
    object: str
    """Named as `exposed()` and `alembic check` name it."""
    why: str
    remedy: str
    """The SQL that mends it; several statements have semicolons between them."""


def worst(findings: Sequence[Finding]) -> Level | None:
    """Return the worst level of *findings*; None where there are none."""
    found = {each.level for each in findings}
    return next((level for level in LEVELS if level in found), None)
