"""What was printed, compared with what a page says that it is."""

from __future__ import annotations

import re
from typing import Any, cast

from tests.rendered.docs.blocks import Block


def assert_printed(block: Block, printed: str) -> None:
    """Find the lines of *block* in what was printed, in this order; `...` is anything."""
    rest = printed
    for line in filter(None, map(str.strip, block.text.splitlines())):
        pattern = ".*?".join(re.escape(part) for part in line.split("..."))
        found = re.search(re.sub(r"(?:\\ )+", r"\\s+", pattern), rest)
        assert found, f"{block}: no {line!r} in\n{printed}"
        rest = rest[found.end() :]


def assert_like(block: Block, example: Any, real: Any) -> None:
    """Find each field of *example* in what is *real*; of a list, something like each of it."""
    wrong = missing(example, real)
    assert not wrong, f"{block}: {wrong}"


def missing(example: Any, real: Any, where: str = "") -> str:
    """Say what of *example* is not in what is *real*; nothing, if all of it is."""
    if type(example) is not type(real):
        return f"{where} is {type(real).__name__}"
    if isinstance(example, dict):
        for name, value in cast("dict[str, Any]", example).items():
            if name not in real:
                return f"{where}.{name}"
            if wrong := missing(value, real[name], f"{where}.{name}"):
                return wrong
    if isinstance(example, list):
        for each in cast("list[Any]", example):
            found = [missing(each, other, f"{where}[]") for other in real]
            if found and all(found):
                return found[0]
    return ""
