"""Rows for a person at a terminal, or for programs. Pure."""

import json
from collections.abc import Sequence
from typing import Any, cast

from ..failure import Failure
from ..schema.printable import printable

WIDEST = 60
"""Characters of a cell: what is longer ends in dots, and --json has all of it."""


class Pairs(list[tuple[str, Any]]):
    """A JSON object in which two values may have one name."""


def as_text(columns: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table of *rows*, each a JSON object, with the number of them under it."""
    read = [_read(row) for row in rows]
    table = [[_cell(value) for value in row] for row in (columns, *read)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    rule = "  ".join("-" * width for width in widths)
    count = f"({len(rows):,} row{'' if len(rows) == 1 else 's'})"
    return "\n".join([lines[0], rule, *lines[1:], count])


def as_json(columns: Sequence[str], rows: Sequence[str]) -> str:
    """Return an array of the same objects, with every number as Postgres wrote it.

    Raises:
        Failure: two columns have one name.
    """
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise Failure(f"sql: two columns are called {twice[0]!r}: name one of them with `as`")
    inner = ",\n".join(f"  {row}" for row in rows)
    return f"[\n{inner}\n]" if rows else "[]"


def _read(row: str) -> list[Any]:
    pairs: Pairs = json.loads(row, object_pairs_hook=Pairs, parse_float=str, parse_int=str)
    return [value for _, value in pairs]


def _cell(value: Any) -> str:
    text = printable(value if isinstance(value, str) else json.dumps(_plain(value)))
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def _plain(value: Any) -> Any:
    if isinstance(value, Pairs):
        return {name: _plain(part) for name, part in value}
    if isinstance(value, list):
        return [_plain(part) for part in cast("list[Any]", value)]
    return value
