"""The cursor of a row: opaque, harmless in a URL, and good for the list that handed it out. Pure.

It holds the keys of one row as Postgres writes them, and a digest of these, of the list's order and
of its filters with their values. The digest has no secret: it tells a mistake, it is no permission.
What may be seen is decided by the list's own filters, each time, whatever a cursor says.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass

from pydantic import TypeAdapter

from ..http.errors import Invalid

LONGEST = 4000
"""Characters: a key that fits into an index of Postgres (2,704 bytes) fits into a cursor."""
DIGEST_SIZE = 6
AFTER, BEFORE = ">", "<"
VALUE, NULL = "=", "-"
MARKED = re.compile(r"[^<>]{8}([<>])([=-])(.*)", re.DOTALL)
TEXTS = TypeAdapter(list[str | None])
REFUSED = "The cursor is none that this list handed out: its order and filters are part of it."


@dataclass(frozen=True)
class Position:
    """A row's place in a list, and the side of it that is asked for."""

    texts: tuple[str | None, ...]
    backward: bool = False


def encode(position: Position, listed: str) -> str:
    """Return the cursor of a *position* in the list that *listed* describes.

    Raises:
        ValueError: the row's keys are too long.
    """
    first, *rest = position.texts
    # A list of as many texts as the order has columns, as it was in version 0.2: tests of projects
    # take it apart. So what else is to be said stands before the first of them.
    side = BEFORE if position.backward else AFTER
    head = f"{_digest(position, listed)}{side}{NULL if first is None else VALUE}"
    marked = [f"{head}{first or ''}", *rest]
    texts = json.dumps(marked, ensure_ascii=False, separators=(",", ":"))
    cursor = base64.urlsafe_b64encode(texts.encode()).rstrip(b"=").decode()
    if len(cursor) > LONGEST:
        raise ValueError("the keys of a row are too long for a cursor: order by shorter columns")
    return cursor


def decode(cursor: str, listed: str, length: int) -> Position:
    """Return the position that *cursor* stands for in the list that *listed* describes.

    Raises:
        Invalid: that list did not hand it out.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        position = _position(*TEXTS.validate_json(base64.urlsafe_b64decode(padded)))
        is_ours = len(position.texts) == length and encode(position, listed) == cursor
    except ValueError:
        is_ours, position = False, None
    if position is None or not is_ours:
        raise Invalid(REFUSED)
    return position


def _position(marked: str | None = None, *rest: str | None) -> Position:
    match = MARKED.fullmatch(marked or "")
    if match is None:
        raise ValueError
    side, kind, first = match.groups()
    return Position((first if kind == VALUE else None, *rest), backward=side == BEFORE)


def _digest(position: Position, listed: str) -> str:
    said = repr((position.texts, position.backward, listed)).encode()
    return base64.b64encode(hashlib.blake2s(said, digest_size=DIGEST_SIZE).digest()).decode()
