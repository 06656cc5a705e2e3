"""Names as people write them, and the keys that Storage takes for them. Pure.

Storage takes few characters beyond ASCII letters. In a key every other one is spelt `=` and two
hexadecimal digits for each byte of its UTF-8, `Zoë.pdf` as `Zo=C3=AB.pdf`, and spelt back in every
answer. So a name is kept exactly, nothing is normalised, and a key that another client wrote is
its own name. What only misleads is refused.
"""

import re
import unicodedata
from uuid import UUID

from ..supabase import Invalid

LONGEST = 700
"""Bytes of a key; S3 has 1024 for it, the project, the bucket and the version."""

# `?` is taken too, but ends a path where somebody forgets to quote it.
SPELT = re.compile(r"[^\w/!\-.*'() &$@;:+,=]|=(?=[0-9A-F]{2})", re.ASCII)
SPELLING = re.compile(r"(?:=[0-9A-F]{2})+")

MISLEADING = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, halves of a character, and line ends."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the writing direction: `gpj.exe` is shown as `exe.jpg`."""


def key_of(owner: UUID, path: str) -> str:
    """Return the key of *owner*'s file at *path*.

    Raises:
        Invalid: the path has no such form, or only misleads.
    """
    return f"{owner}/{spell(checked(path))}"


def checked(path: str) -> str:
    """Return *path* as it is.

    Raises:
        Invalid: it is not one or more names between single slashes, or has what only misleads.
    """
    names = path.split("/")
    if "" in names:
        raise Invalid("A path is one or more names, with a single slash between two.")
    if not {".", ".."}.isdisjoint(names):
        raise Invalid("A path does not go up or stay: `.` and `..` are no names.")
    if "\\" in path:
        raise Invalid("A path has no backslashes; folders are divided by `/`.")
    if any(unicodedata.category(each) in MISLEADING or each in TURNING for each in path):
        raise Invalid("A path has no control characters.")
    if len(spell(path)) > LONGEST:
        raise Invalid(f"A path has at most {LONGEST} bytes; beyond ASCII each counts three times.")
    return path


def spell(path: str) -> str:
    """Return *path* in characters that Storage takes."""
    return SPELT.sub(lambda each: "".join(f"={byte:02X}" for byte in each[0].encode()), path)


def read(key: str) -> str:
    """Return the path that `spell` made *key* of."""
    return SPELLING.sub(_read_bytes, key)


def _read_bytes(spelt: re.Match[str]) -> str:
    try:
        return bytes.fromhex(spelt[0].replace("=", "")).decode()
    except ValueError:
        return spelt[0]  # not our spelling
