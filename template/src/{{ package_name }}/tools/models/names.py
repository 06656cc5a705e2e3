"""Names of a database as Python has them: valid, in the usual case, each only once. Pure."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

from ...supabase.tables.model import Base

WORDS = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=\d)(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a word of `camelCase` begins."""

IN_ANNOTATIONS = {"bool", "bytes", "dict", "float", "int", "list", "str"}
"""What a class says of its columns would be read as the column."""

RESERVED = frozenset(
    {
        *dir(Base),
        *dir(object),
        *keyword.kwlist,
        *IN_ANNOTATIONS,
        "l",  # hard to tell from a one
        "self",  # the first argument of a method
        "type_annotation_map",
    }
)
"""Names that an attribute of a model may not have."""

NOT_FOR_CLASSES = frozenset(
    {*keyword.kwlist, *dir(builtins), "Base", "Existing", "ExistingTable", "View"}
)

NOT_PLURAL = re.compile(r"(ss|us|is|news|series|species)$")
SINGULAR = (
    (re.compile(r"([^aeiou])ies$"), r"\1y"),
    (re.compile(r"(ss|sh|ch|x|zz|us)es$"), r"\1"),
    (re.compile(r"s$"), ""),
)

LONGEST = 60
"""Characters of a name that is made of two."""


class Names:
    """Hands out each name once."""

    def __init__(self, reserved: Collection[str] = ()) -> None:
        self.taken = set(reserved)

    def take(self, *candidates: str, last: str = "{}_{}") -> str:
        """Return the first of *candidates* that is free, or the last one with a number."""
        for name in candidates:
            if name not in self.taken:
                self.taken.add(name)
                return name
        number = 2
        while (name := last.format(candidates[-1], number)) in self.taken:
            number += 1
        self.taken.add(name)
        return name


def attribute(name: str, kind: str = "column") -> str:
    """Return *name* as `snake_case`."""
    plain = unicodedata.normalize("NFKC", name)
    words = WORDS.sub("_", plain).lower()
    words = unicodedata.normalize("NFKC", words)
    safe = "".join(each if f"a{each}".isidentifier() else "_" for each in words)
    safe = re.sub("_+", "_", safe).strip("_")
    if not safe.isidentifier():  # it is empty, or begins with a digit or a sign
        return f"{kind}_{safe}".strip("_")
    return safe


def attributes(columns: Iterable[str], reserved: Collection[str]) -> tuple[dict[str, str], Names]:
    """Return the attribute of each column; what can keep its name keeps it."""
    names = Names({*RESERVED, *reserved})
    every = [*columns]
    # A column that is called as its attribute comes first, whatever comes before it.
    plain = {each: names.take(each) for each in every if each not in names.taken and _keeps(each)}
    return {each: plain.get(each) or names.take(*_spellings(each)) for each in every}, names


def _keeps(name: str) -> bool:
    return attribute(name) == name


def _spellings(name: str) -> tuple[str, str]:
    return attribute(name), f"{attribute(name)}_"


def class_name(name: str) -> str:
    """Return *name* as `PascalCase`."""
    words = attribute(name, "table").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


def singular(name: str) -> str:
    """Return what one of *name* is called, as far as a rule of English tells."""
    word = attribute(name, "table")
    if NOT_PLURAL.search(word):
        return word
    for pattern, replacement in SINGULAR:
        if pattern.search(word):
            return pattern.sub(replacement, word) or word
    return word
