"""What a file is, by its first bytes: what its name or its sender says of it proves nothing."""

from functools import cache

from anyio import to_thread
from pure_magic_rs import MagicDb

from ..supabase import Readable, WrongType
from .bucket import TYPES

HEAD = 8 * 1024
"""Bytes that are looked at."""

MARKUP = frozenset({"text/html", "text/xml"})
"""Texts that a browser may run; every other one is read as it is: CSV, Markdown, source code."""


async def type_of(file: Readable) -> str:
    """Return the type of a *file* that has not been read, and leave it read up to `HEAD`.

    Raises:
        WrongType: the bucket does not take it.
    """
    head = await file.read(HEAD)
    found = await to_thread.run_sync(sniff, head)
    if found not in TYPES:
        raise WrongType(f"This is {found}. What is accepted: {', '.join(TYPES)}.")
    return found


def sniff(head: bytes) -> str:
    """Tell the type of what begins with *head*."""
    if not head:
        return "text/plain"
    found = _known().first_magic_buffer(_whole_characters(head), None).mime_type
    if found.startswith("text/") and found not in MARKUP:
        return "text/plain"
    return found


@cache
def _known() -> MagicDb:
    """Read what the library knows, once: that takes 30 ms."""
    return MagicDb()


def _whole_characters(head: bytes) -> bytes:
    """Leave a character out that the end of *head* may have cut through."""
    for back in (1, 2, 3):
        if len(head) == HEAD and head[-back] >= 0xC0:  # noqa: PLR2004  # where one begins in UTF-8
            return head[:-back]
    return head
