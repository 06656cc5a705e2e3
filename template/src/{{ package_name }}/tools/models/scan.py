"""A definition that Postgres prints, taken apart. Pure."""

import re
from typing import NamedTuple

USING = re.compile(r"EXCLUDE USING (\w+) ")
WHERE = re.compile(r" WHERE ")
QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
BLANKS = re.compile(r"\s+")
OF_THE_CALLER = re.compile(r"\(SELECT auth\.(\w+)\(\) AS \1\)")


class Exclusion(NamedTuple):
    """What an exclusion constraint says."""

    method: str
    elements: list[tuple[str, str]]
    """What is compared, and by which operator."""
    where: str


def exclusion_parts(definition: str) -> Exclusion:
    """Take apart `EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (...)`."""
    start = USING.match(definition)
    if start is None:
        raise ValueError(f"no exclusion constraint: {definition}")
    inside, end = _parentheses(definition, start.end())
    elements: list[tuple[str, str]] = []
    for part in _split(inside):
        what, _, operator = part.rpartition(" WITH ")
        elements.append((what.strip(), operator.strip()))
    where = WHERE.search(definition, end)
    condition = _parentheses(definition, where.end())[0] if where else ""
    return Exclusion(start[1], elements, condition)


def unwrapped(expression: str) -> str:
    """Return *expression* without the parentheses around all of it."""
    while expression.startswith("("):
        inside, end = _parentheses(expression, 0)
        if end != len(expression):
            break
        expression = inside.strip()
    return expression


def flat(expression: str) -> str:
    """Return *expression* in one line, as a person would write what Postgres prints."""
    parts = QUOTED.split(expression)
    parts[::2] = [_flat(each) for each in parts[::2]]
    return "".join(parts)


def _flat(part: str) -> str:
    part = BLANKS.sub(" ", part).replace("( SELECT ", "(SELECT ")
    return OF_THE_CALLER.sub(r"(SELECT auth.\1())", part)


def _parentheses(text: str, start: int) -> tuple[str, int]:
    """Return what is inside the parentheses that open at *start*, and where they end."""
    depth = 0
    for position, character in _outside_quotes(text, start):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[start + 1 : position], position + 1
    raise ValueError(f"parentheses do not close: {text}")


def _split(text: str) -> list[str]:
    depth, parts, last = 0, list[str](), 0
    for position, character in _outside_quotes(text, 0):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(text[last:position])
            last = position + 1
    return [*parts, text[last:]]


def _outside_quotes(text: str, start: int) -> list[tuple[int, str]]:
    quote, found = "", list[tuple[int, str]]()
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            found.append((position, character))
    return found
