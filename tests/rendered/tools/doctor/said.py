"""What the doctor said, by check."""

from __future__ import annotations

from my_supabase_service.tools.doctor.line import Line
from my_supabase_service.tools.doctor.report import Report


class Said:
    """A report that is asked by the names of its checks."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def lines(self, level: str) -> list[str]:
        """Give the checks whose line has this level."""
        return [each.check for each in self.report.results if each.line.level == level]

    def __getitem__(self, check: str) -> Line:
        [line] = [each.line for each in self.report.results if each.check == check]
        return line

    def alone(self, check: str, level: str = "FAIL") -> Line:
        """Give the line of *check*, which alone must have this level."""
        assert self.lines(level) == [check], self.report.as_text()
        return self[check]
