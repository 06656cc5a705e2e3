"""What was found, for a person at a terminal and for programs. Pure."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .line import Line

WORD = re.compile(r"[a-z]{1,11}|.{1,3}")
"""Secrets that are not looked for in what is told: they would be seen in common words."""


@dataclass(frozen=True, slots=True)
class Result:
    """A line, and the check that says it."""

    check: str
    line: Line


@dataclass(frozen=True, slots=True)
class Report:
    """Every line, in the order of the checks."""

    results: list[Result]

    @property
    def has_failed(self) -> bool:
        """Whether something does not work."""
        return any(each.line.level == "FAIL" for each in self.results)

    def as_data(self) -> dict[str, Any]:
        """Return the same for a program; these names stay."""
        return {
            "healthy": not self.has_failed,
            "checks": [
                {
                    "check": each.check,
                    "level": each.line.level,
                    "says": each.line.says,
                    "remedy": each.line.remedy,
                }
                for each in self.results
            ],
        }

    def as_json(self) -> str:
        """Return that as text."""
        return json.dumps(self.as_data(), indent=2)

    def as_text(self) -> str:
        """Return a line for each, with its remedy under it."""
        width = max(len(each.check) for each in self.results)
        lines: list[str] = []
        for each in self.results:
            lines.append(f"{each.line.level:4}  {each.check:{width}}  {each.line.says}")
            lines += [f"      {'':{width}}  {part}" for part in each.line.remedy.splitlines()]
        return "\n".join(lines)

    def without(self, secrets: Iterable[str]) -> "Report":
        """Return the same with asterisks for each of *secrets*, should a server have said one."""
        longest_first = sorted({each for each in secrets if not WORD.fullmatch(each)}, key=len)[
            ::-1
        ]

        def hide(text: str) -> str:
            for secret in longest_first:
                text = text.replace(secret, "***")
            return text

        return Report(
            [
                Result(
                    each.check, Line(each.line.level, hide(each.line.says), hide(each.line.remedy))
                )
                for each in self.results
            ]
        )
