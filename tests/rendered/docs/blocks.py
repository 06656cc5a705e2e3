"""The blocks of a page, in their order: what stands between two fences, and in which language.

| fence | what a test does with it |
| --- | --- |
| `bash` | runs it in a copy of the project; what serves (`dev`, `serve`) runs on |
| `python`, with a file's name in its first line | writes that file, or below a line of it |
| `python` | runs it as the body of an async function |
| `sql` | runs it on the stand-in, as `postgres` |
| `env` | puts it into `.env`, and reads the settings from there |
| `text` | finds its lines in what the block before it printed; `...` is anything |
| `json` | finds all its fields in what the block before it printed |
| none | nothing: a picture |
| `bash elsewhere` | nothing: `elsewhere.py` says why, and what is run instead |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^( *)```(.*)\n((?:.*\n)*?)\1```$", re.MULTILINE)
FILE = re.compile(r'# (\S+/\S+\.py|\w+\.py)(?:, below "(.+)")?\n')


@dataclass(frozen=True)
class Block:
    """What stands between two fences."""

    page: str
    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that it is, below the project's root."""
        named = FILE.match(self.text) if self.language == "python" else None
        return named[1] if named else None

    @property
    def below(self) -> str | None:
        """What stands in the line of that file that it comes below, if it is not all of it."""
        named = FILE.match(self.text)
        return named[2] if named else None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def command_of(line: str) -> str:
    """Return a line of a script without the remark behind it."""
    return line.partition("  #")[0].rstrip()


def blocks(page: Path) -> list[Block]:
    """Return every block of *page*."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    for match in FENCE.finditer(text):
        margin, language, body = match.groups()
        lines = [line.removeprefix(margin) for line in body.splitlines(keepends=True)]
        number = text.count("\n", 0, match.start()) + 1
        found.append(Block(page.name, number, language.strip(), "".join(lines)))
    return found
