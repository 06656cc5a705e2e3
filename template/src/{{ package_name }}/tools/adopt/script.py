"""A file of SQL, cut into its statements. Pure.

It knows what a semicolon may hide in: quotes, dollar quotes, comments and `begin atomic` bodies.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..failure import Failure

TOKEN = re.compile(
    r"""
      (?P<line_comment>--[^\n]*)
    | (?P<block_comment>/\*)
    | (?P<quoted>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<dollar>\$(?:[^\W\d]\w*)?\$)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<end>;)
    | (?P<command>^\\[^\n]*)
    | (?P<open>['"])
    | (?P<other>[^\-/'"$;\\\w]+|.)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)

OF_PSQL = {"restrict", "unrestrict", "set", "unset", "echo", "qecho", "pset", "timing", "encoding"}
"""Commands of psql that change nothing in a database."""


@dataclass(frozen=True)
class Statement:
    """A statement without its semicolon, and where it begins."""

    text: str
    line: int


def split(script: str, file: str) -> Iterator[Statement]:
    """Yield the statements of *script*; *file* is what an error calls it.

    Raises:
        Failure: it holds rows for psql, a command of psql, or a quote that does not end.
    """
    cut = _Cut(script, file)
    while cut.place < len(script):
        yield from cut.step()
    yield from cut.finish()


class _Cut:
    def __init__(self, script: str, file: str) -> None:
        self.script, self.file = script, file
        self.place = 0
        self.start: int | None = None
        self.words: list[str] = []
        self.depth = 0
        """Of `begin atomic` and of each `case` in it."""

    def step(self) -> Iterator[Statement]:
        match = TOKEN.match(self.script, self.place)
        assert match is not None, "the last alternative matches anything"  # noqa: S101
        begin, self.place = self.place, match.end()
        kind, token = match.lastgroup, match[0]
        if kind == "line_comment" or token.isspace():
            return
        if kind == "block_comment":
            self.place = self._end_of_comment(begin)
            return
        if kind == "command" and self.start is None:
            self._refuse_command(token, begin)
            return
        if kind == "end" and not self.depth:
            yield from self.finish(begin)
            return
        self.start = begin if self.start is None else self.start
        if kind == "word":
            self._count(token.lower())
        elif kind == "dollar":
            self.place = self._find(token, match.end(), begin)
        elif kind == "open":
            raise self._failure("a quote begins here and does not end", begin)

    def finish(self, end: int | None = None) -> Iterator[Statement]:
        if self.start is not None:
            if self.words[:1] == ["copy"] and "stdin" in self.words:
                raise self._failure("rows follow: dump the schema only", self.start)
            yield Statement(self.script[self.start : end].rstrip(), self._line(self.start))
        self.start, self.words, self.depth = None, [], 0

    def _count(self, word: str) -> None:
        if word == "atomic" and self.words[-1:] == ["begin"]:
            self.depth = 1
        elif self.depth:
            self.depth += {"case": 1, "end": -1}.get(word, 0)
        self.words.append(word)

    def _end_of_comment(self, begin: int) -> int:
        place, depth = begin + 2, 1
        while depth:
            match = re.compile(r"/\*|\*/").search(self.script, place)
            if match is None:
                raise self._failure("a comment begins here and does not end", begin)
            place, depth = match.end(), depth + (1 if match[0] == "/*" else -1)
        return place

    def _find(self, quote: str, place: int, begin: int) -> int:
        end = self.script.find(quote, place)
        if end < 0:
            raise self._failure(f"{quote} begins here and does not end", begin)
        return end + len(quote)

    def _refuse_command(self, command: str, begin: int) -> None:
        word = command[1:].split()[:1]
        if word and word[0] not in OF_PSQL:
            raise self._failure(f"{command.strip()} is for psql: take the line out", begin)

    def _line(self, place: int) -> int:
        return self.script.count("\n", 0, place) + 1

    def _failure(self, sentence: str, place: int) -> Failure:
        return Failure(f"{self.file}, line {self._line(place)}: {sentence}")
