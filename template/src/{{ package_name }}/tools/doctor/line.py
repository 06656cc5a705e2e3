"""What a check says: one line, and under it what to do. Pure."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "FAIL", "skip"]


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence about one thing."""

    level: Level
    says: str
    remedy: str = ""
    """What to do about it; nothing where nothing is to be done."""


def ok(says: str) -> Line:
    """Say that it is as it should be."""
    return Line("ok", says)


def warn(says: str, remedy: str) -> Line:
    """Say that it works, and what may go wrong later."""
    return Line("warn", says, remedy)


def fail(says: str, remedy: str) -> Line:
    """Say that it does not work, and what mends it."""
    return Line("FAIL", says, remedy)


def skip(why: str) -> Line:
    """Say why nobody looked."""
    return Line("skip", why)
