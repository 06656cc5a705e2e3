"""What was tried, as a table for people and as JSON for programs. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple

from ...schema.printable import printable
from .target import Called, Outcome

HEAD = ("", "read", "insert", "update", "delete")

LEGEND = """\
All of it was rolled back. read, update, delete: the number of rows, of those in brackets. insert:
"own" rows, or "any" with another's name on it. -: no privilege. refused: by a policy. may: there is
the privilege, and nothing was tried. A function is called if it only reads and needs no argument.\
"""


def as_json(outcomes: Sequence[Outcome], called: Sequence[Called]) -> str:
    """Return all of it."""
    data = {
        "relations": [asdict(it) for it in outcomes],
        "functions": [asdict(it) for it in called],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def as_text(outcomes: Sequence[Outcome], called: Sequence[Called]) -> str:
    """Return a table with one line a person, below the name of what they tried."""
    lines = [line for each in outcomes for line in _relation(each)]
    name = ""
    for each in called:
        if each.object != name:
            lines += ["", printable(each.object)]
        name = each.object
        lines.append(f"  {each.who:<42}  {each.answer}")
    return "\n".join([*(lines or ["no role of the API reaches anything"]), "", LEGEND])


def _relation(outcome: Outcome) -> Iterator[str]:
    yield f"{printable(outcome.object)} [{outcome.rows}]"
    if outcome.note:
        yield f"  {printable(outcome.note)}"
    rows = [HEAD, *(astuple(each) for each in outcome.tried)]
    for who, *cells in rows:
        yield f"  {who:<42}  {'  '.join(f'{cell:<8}' for cell in cells)}".rstrip()
    yield ""
