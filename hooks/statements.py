"""Import statements as bytes of a file: given another module, another name, or a line apart."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]
Edit = tuple[int, int, bytes]
"""From where to where, in bytes of the file, and what stands there instead."""

MODULE = re.compile(rb"from[\s\\]*(?P<module>\.*(?!import\b)(?:\w+(?:\.\w+)*)?|\.+)")


@dataclass(frozen=True)
class From:
    """What a statement imports from is *module* now, as it is to be written."""

    node: ast.ImportFrom
    module: str


@dataclass(frozen=True)
class Name:
    """What *alias* of a statement imports is *name* now, and in *module* unless that stays."""

    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    name: str
    module: str | None = None

    @property
    def text(self) -> bytes:
        """The name, called in this file what it was called before."""
        called = self.alias.asname or self.alias.name
        return (self.name if called == self.name else f"{self.name} as {called}").encode()


def edited(content: bytes, found: Sequence[From | Name]) -> bytes:
    """Return *content* with all that was *found* changed, from its end to its beginning."""
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(part: ast.stmt | ast.alias) -> Span:
        end_line, end_column = part.end_lineno or 0, part.end_col_offset or 0
        return starts[part.lineno - 1] + part.col_offset, starts[end_line - 1] + end_column

    edits: list[Edit] = []
    for one in found:
        statement = span(one.node)
        if isinstance(one, From):
            edits.append(_module(content, statement, one.module))
        elif one.module is None:
            edits.append((*span(one.alias), one.text))
        elif len(one.node.names) == 1:
            edits.append(_module(content, statement, one.module))
            edits.append((*span(one.alias), one.text))
        else:
            edits.append(_own_statement(content, statement, one))
            edits.append(_gap(content, span(one.alias), last=one.alias is one.node.names[-1]))
    for begin, end, text in sorted(edits, reverse=True):
        content = content[:begin] + text + content[end:]
    return content


def _module(content: bytes, statement: Span, module: str) -> Edit:
    """Return the edit of what stands between `from` and `import`."""
    found = MODULE.match(content, *statement)
    if not found:
        return statement[0], statement[0], b""
    begin, end = found.span("module")
    space = b"" if content[end : end + 1] in b" \t\\" else b" "
    return begin, end, module.encode() + space


def _own_statement(content: bytes, statement: Span, one: Name) -> Edit:
    """Return the edit that imports a name before the statement that it was in."""
    begin, _ = statement
    lead = content[content.rfind(b"\n", 0, begin) + 1 : begin]
    newline = b"\r\n" if b"\r\n" in content else b"\n"
    # After something else on the line, `if x: from a import b`, it stays on that line.
    separator = b"; " if lead.strip() else newline + lead
    return begin, begin, b"from %s import %s%s" % ((one.module or "").encode(), one.text, separator)


def _gap(content: bytes, name: Span, *, last: bool) -> Edit:
    """Return the edit that deletes a name and its comma; a comment beside it stays."""
    begin, end = name
    line = content.rfind(b"\n", 0, begin) + 1
    comma = re.compile(rb"[ \t]*,[ \t]*").match(content, end)
    if comma:
        rest = re.compile(rb"\r?\n").match(content, comma.end())
        if rest and not content[line:begin].strip():
            return line, rest.end(), b""
        return begin, comma.end(), b""
    before = re.compile(rb",[ \t]*$").search(content[line:begin]) if last else None
    return (line + before.start() if before else begin), end, b""
