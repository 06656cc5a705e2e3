"""What was found, for a person at a terminal and for programs. Pure."""

import textwrap
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from .differences import Difference

UPDATE = "uvx copier update --defaults"
WIDTH = 80
ROOMS = {"docs", "local", "tests"}
"""Beside the folders in the package; what is in none of them is shared."""
SHARED = {"tests/conftest.py"}
ROOM_IN_PACKAGE = 4
"""Parts of a path: src/package/room/file."""


@dataclass(frozen=True)
class Report:
    """How a project and its template differ."""

    source: str
    version: str
    """The one that the project was rendered from."""
    newest: str
    """The same where nothing newer is there."""
    edits: list[Difference]
    """What was changed here."""
    changes: list[Difference]
    """What the newest version changes."""
    in_both: list[str]
    """Files that were changed here, and are changed by the newest version."""
    steps: list[str]
    """Programs of the template's that the update runs: they need `--trust`."""
    changelog: str
    """What the template tells about the versions between, as Markdown."""

    def command(self) -> str:
        """Return what updates this project; nothing where it is up to date."""
        if self.version == self.newest:
            return ""
        return f"{UPDATE} --trust" if self.steps else UPDATE

    def as_data(self) -> dict[str, Any]:
        """Return the same for a program, in the shape that docs/upgrading.md shows."""
        edits = [{**asdict(it), "owner": owner_of(it.file)} for it in self.edits]
        return {**asdict(self), "edits": edits, "command": self.command()}

    def as_text(self) -> str:
        """Return the same for a person, in lines of 80 columns where paths allow it."""
        parts = [f"Rendered from {self.version} of {self.source}"]
        parts += self._edits(
            "template",
            "Edited here, in the template's files. Updates merge this, and may ask you each"
            " time: better in a file of yours.",
        )
        parts += self._edits("shared", "Edited here, in shared files. Updates merge this.")
        if not self.edits:
            parts.append("Nothing of the template's was edited here.")
        parts += self._newer()
        return "\n\n".join(parts)

    def _edits(self, owner: str, title: str) -> list[str]:
        mine = [edit for edit in self.edits if owner_of(edit.file) == owner]
        return ["\n".join([_wrapped(title), *map(_line, mine)])] if mine else []

    def _newer(self) -> list[str]:
        if self.version == self.newest:
            return ["Up to date: the template has nothing newer."]
        count = Counter(it.change for it in self.changes)
        parts = [
            _wrapped(
                f"{self.newest} is there. It changes {_files(count['edited'])}, adds"
                f" {count['added']} and deletes {count['deleted']}."
            )
        ]
        if self.in_both:
            both = [it for it in self.changes if it.file in self.in_both]
            title = _wrapped(
                "You changed these, too. Look there first: lines may conflict, and a file that goes"
                " may take your lines with it."
            )
            parts.append("\n".join([title, *map(_line, both)]))
        parts.append(f"Update, when everything is committed:\n\n    {self.command()}")
        if self.steps:
            title = _wrapped(
                "--trust, because this update runs programs of the template here, which stand under"
                " _migrations in its copier.yml:"
            )
            parts.append("\n".join([title, *(f"  {step}" for step in self.steps)]))
        return [*parts, _wrapped("docs/upgrading.md tells what to do before and after.")]


def owner_of(file: str) -> str:
    """Tell whether *file* stands in a room of the template's, or is shared with the project."""
    path = PurePosixPath(file)
    in_package = path.parts[0] == "src" and len(path.parts) >= ROOM_IN_PACKAGE
    in_room = len(path.parts) > 1 and path.parts[0] in ROOMS and file not in SHARED
    return "template" if in_package or in_room else "shared"


def _line(difference: Difference) -> str:
    if difference.change == "edited":
        return f"  {f'+{difference.added}':>5} {f'-{difference.removed}':>5}  {difference.file}"
    return f"  {difference.change:>11}  {difference.file}"


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
