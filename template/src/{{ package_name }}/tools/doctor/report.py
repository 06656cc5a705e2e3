"""What was found, for a person at a terminal and for programs. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

from ...supabase.database.secrets import Secrets
from .line import Line

COLUMNS = 80
SETTING = re.compile(r"[A-Z_]+=")


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
            margin = " " * (width + 8)
            lines += [f"{margin}{part}" for part in _wrapped(each.line.remedy, len(margin))]
        return "\n".join(lines)

    def without(self, secrets: Secrets) -> "Report":
        """Return the same without the *secrets*, should a server have said one."""
        hide = secrets.hide
        lines = [
            replace(it.line, says=hide(it.line.says), remedy=hide(it.line.remedy))
            for it in self.results
        ]
        return Report(
            [replace(it, line=line) for it, line in zip(self.results, lines, strict=True)]
        )


def _wrapped(remedy: str, margin: int) -> Iterator[str]:
    """Yield its lines, as narrow as a terminal; SQL and what is quoted stays as it is pasted."""
    for line in remedy.splitlines():
        if '"' in line or line.endswith(";") or SETTING.match(line):
            yield line
        else:
            yield from wrap(line, COLUMNS - margin, break_long_words=False, break_on_hyphens=False)
