"""A report as text for people, and as JSON for programs. Pure."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from ..schema.printable import printable
from .finding import LEVELS, Finding
from .read import Report

NOUNS = {"error": "error", "warn": "warning", "info": "note"}
MARGIN = " " * 7


def as_text(report: Report) -> str:
    """Return each finding with its reason and, below that, the SQL that mends it."""
    return "\n".join([*_lines(report), _summary(report.findings)])


def as_json(report: Report) -> str:
    """Return all of it."""
    return json.dumps(
        {"findings": [asdict(each) for each in report.findings], "not_asked": report.not_asked},
        indent=2,
        ensure_ascii=False,
    )


def _lines(report: Report) -> Iterator[str]:
    for each in report.findings:
        yield f"{each.level:<5}  {each.name}: {printable(each.object)}"
        yield f"{MARGIN}{printable(each.why)}"
        for line in each.remedy.splitlines():
            yield f"{MARGIN}  {printable(line)}"
        yield ""
    for name, table in report.not_asked.items():
        yield f"not asked: {name}, since this login may not read all of {table}"


def _summary(findings: list[Finding]) -> str:
    count = Counter(each.level for each in findings)
    if not findings:
        return "nothing to mend"
    named = [(count[level], NOUNS[level]) for level in LEVELS if count[level]]
    return ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in named)
