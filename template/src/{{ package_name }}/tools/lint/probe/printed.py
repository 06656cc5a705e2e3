"""What was tried, as a table for people and as JSON for programs. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple
from textwrap import wrap

from ...schema.printable import printable
from .target import Called, Outcome

COLUMNS = 80
HEAD = ("", "read", "insert", "update", "delete")

LEGEND = """\
All of it was rolled back, and triggers did not act. read, update, delete: the
number of rows, of those in brackets. insert: "own" rows, or "any" with the name
of another. -: no privilege. refused: by a policy. yes: no policy refuses it, a
constraint does. may: there is the privilege, and nothing was tried. ?: there is
no row to copy.
Five characters: it fails, with this SQLSTATE. A function is called if it only
reads and needs no argument.\
"""


def as_json(outcomes: Sequence[Outcome], called: Sequence[Called]) -> str:
    """Return all of it."""
    data = {
        "relations": [asdict(it) for it in outcomes],
        "functions": [asdict(it) for it in called],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def as_text(outcomes: Sequence[Outcome], called: Sequence[Called]) -> str:
    """Return a table with one line a person, below the name of what they tried.

    A line has 80 columns, unless a name is longer.
    """
    lines = [line for each in outcomes for line in _relation(each)]
    name = None
    for each in called:
        if each.object != name:
            lines += [*([""] if name else []), printable(each.object)]
        name = each.object
        lines.append(f"  {each.who:<42}  {each.answer.removeprefix('may call; ')}")
    if called:
        lines.append("")
    return "\n".join([*(lines or ["no role of the API reaches anything", ""]), LEGEND])


def _relation(outcome: Outcome) -> Iterator[str]:
    yield f"{printable(outcome.object)} [{_cell(outcome.rows)}]"
    if outcome.note:
        yield from wrap(
            printable(outcome.note), COLUMNS, initial_indent="  ", subsequent_indent="  "
        )
    rows = [HEAD, *(astuple(each) for each in outcome.tried)]
    for who, *cells in rows:
        yield f"  {who:<42}  {'  '.join(f'{_cell(cell):<7}' for cell in cells)}".rstrip()
    yield ""


def _cell(word: str) -> str:
    """Return what the legend explains of it."""
    return word.removeprefix("error ").partition(" (")[0]
