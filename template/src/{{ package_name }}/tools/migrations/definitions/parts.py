"""The text of an index or an exclusion constraint, taken apart. Pure.

Models and database are compared part by part. Expressions are left whole: whether two of them are
the same, Postgres alone can tell.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

TOKEN = re.compile(
    r"""
    \s+ | --[^\n]*
    | [eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*'
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?:"(?:[^"]|"")*"|[\w$]+)(?:\.(?:"(?:[^"]|"")*"|[\w$]+))*   # also a name with its schema
    | .
    """,
    re.DOTALL | re.VERBOSE,
)
TABLE = re.compile(r' ON (?:ONLY )?(?:[\w$.]|"(?:[^"]|"")*")+ (?:USING btree )?\(')
SCHEMA = re.compile(r'^(?:"(?:[^"]|"")*"|[\w$]+)\.(?=.)')
NEEDS_NO_QUOTES = re.compile(r'"([a-z_][a-z0-9_$]*)"')
OF_A_CONSTRAINT = {"NOT", "DEFERRABLE", "INITIALLY", "DEFERRED", "IMMEDIATE"}
"""Words that may follow a condition."""

NO_OVERLAP = re.compile(r" WITHOUT OVERLAPS$")
"""What a model has no word for, and so does not miss."""

USUAL_COLLATION = "default"


class Piece(NamedTuple):
    """A word, or all that is between parentheses, and where it ends."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The word as it is compared."""
        return self.text.upper()


class Key(NamedTuple):
    """What an index sorts by, or an exclusion compares."""

    expression: str
    collation: str
    operator_class: str
    is_descending: bool
    has_nulls_first: bool
    operator: str


class Parts(NamedTuple):
    """What an index or an exclusion constraint says."""

    is_unique: bool
    method: str
    keys: tuple[Key, ...]
    includes: tuple[str, ...]
    options: frozenset[str]
    words: str
    """What stands for itself: `NULLS NOT DISTINCT`, `DEFERRABLE`."""
    condition: str


class KeyParts(NamedTuple):
    """What a primary key or a unique constraint says."""

    words: str
    """What it begins with: `UNIQUE NULLS NOT DISTINCT`."""
    columns: tuple[str, ...]
    includes: tuple[str, ...]
    is_deferrable: bool
    is_deferred: bool


def plain(definition: str) -> str:
    """Return the text of an index without its table, and without what it says as usual."""
    return TABLE.sub(" ON (", definition, count=1)


@cache
def parts(definition: str) -> Parts:
    """Take apart `CREATE INDEX ...`, or `EXCLUDE ...`."""
    pieces = list(_pieces(definition))
    at = next(number for number, piece in enumerate(pieces) if piece.text.startswith("("))
    has_method = pieces[at - 2].word == "USING"
    clauses = _clauses(definition, pieces[at + 1 :])
    return Parts(
        pieces[1].word == "UNIQUE",
        pieces[at - 1].text.lower() if has_method else "btree",
        tuple(_key(each) for each in _list(pieces[at].text)),
        tuple(map(_name, _list(clauses.get("INCLUDE", "")))),
        frozenset(map(_option, _list(clauses.get("WITH", "")))),
        clauses.get("", ""),
        unwrapped(clauses.get("WHERE", "")),
    )


def key_parts(definition: str) -> KeyParts:
    """Take apart `PRIMARY KEY ...`, or `UNIQUE ...`."""
    pieces = list(_pieces(definition))
    at = next(number for number, piece in enumerate(pieces) if piece.text.startswith("("))
    clauses = _clauses(definition, pieces[at + 1 :])
    words = clauses[""].replace("NOT DEFERRABLE", "")
    return KeyParts(
        " ".join(piece.word for piece in pieces[:at]),
        tuple(unquoted(NO_OVERLAP.sub("", each)) for each in _list(pieces[at].text)),
        tuple(map(_name, _list(clauses.get("INCLUDE", "")))),
        # What is deferred can be.
        "DEFERR" in words,
        "DEFERRED" in words,
    )


def unquoted(name: str) -> str:
    """Return a name as the catalogue has it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def unwrapped(expression: str) -> str:
    """Return *expression* without parentheses around all of it."""
    while expression.startswith("("):
        pieces = list(_pieces(expression))
        if len(pieces) != 1:
            break
        expression = expression.strip()[1:-1].strip()
    return expression.strip()


def _clauses(definition: str, pieces: list[Piece]) -> dict[str, str]:
    """Return what follows the keys, each by the word that begins it."""
    found: dict[str, str] = {}
    words: list[str] = []
    while pieces:
        piece = pieces.pop(0)
        if piece.word in {"INCLUDE", "WITH"}:
            found[piece.word] = pieces.pop(0).text
        elif piece.word == "TABLESPACE":
            pieces.pop(0)
        elif piece.word == "WHERE":
            of_it = [each for each in pieces if each.word not in OF_A_CONSTRAINT]
            is_last = len(pieces) == len(of_it) or not pieces[0].text.startswith("(")
            last = pieces[-1] if is_last else pieces[0]
            found["WHERE"] = definition[pieces[0].start : last.end]
            pieces = [each for each in pieces if each.start > last.start]
        else:
            words.append(piece.word)
    return found | {"": " ".join(words).replace("INITIALLY IMMEDIATE", "").strip()}


def _key(text: str) -> Key:
    pieces = list(_pieces(text))
    operator = ""
    for number, piece in enumerate(pieces):
        if piece.word == "WITH" and number:
            operator = text[piece.end :].strip()
            pieces = pieces[:number]
            break
    words = [piece.word for piece in pieces]
    nulls = words[-1] if words[-2:-1] == ["NULLS"] else ""
    words = words[:-2] if nulls else words
    is_descending = words[-1] == "DESC"
    words = words[:-1] if words[-1] in {"ASC", "DESC"} else words
    pieces = pieces[: len(words)]
    is_call = len(pieces) > 1 and pieces[1].text.startswith("(") and pieces[0].text[0] != "("
    head = 2 if is_call else 1
    behind = pieces[head:]
    collation = ""
    if behind and behind[0].word == "COLLATE":
        collation, behind = _name(behind[1].text), behind[2:]
        collation = "" if collation == USUAL_COLLATION else collation
    return Key(
        unwrapped(text[pieces[0].start : pieces[head - 1].end]),
        collation,
        _operator_class(behind) if behind else "",
        is_descending,
        nulls == "FIRST" if nulls else is_descending,
        operator,
    )


def _operator_class(pieces: list[Piece]) -> str:
    """Return its name and its parameters."""
    given = sorted(map(_option, _list(pieces[1].text))) if len(pieces) > 1 else []
    return " ".join([_name(pieces[0].text), *given])


def _name(text: str) -> str:
    """Return a name as it is compared: without its schema, and without quotes it does not need."""
    return NEEDS_NO_QUOTES.sub(r"\1", SCHEMA.sub("", text.strip()))


def _option(text: str) -> str:
    name, _, value = text.partition("=")
    return f"{name.strip().lower()}={value.strip().strip(chr(39)).lower()}"


def _list(group: str) -> Iterator[str]:
    """Yield what commas separate between the parentheses of *group*."""
    inside, last = group[1:-1], 0
    for piece in _pieces(inside):
        if piece.text == ",":
            yield inside[last : piece.start].strip()
            last = piece.end
    if inside[last:].strip():
        yield inside[last:].strip()


def _pieces(text: str) -> Iterator[Piece]:
    depth, start = 0, 0
    for token in TOKEN.finditer(text):
        said = token[0]
        if said in "([":
            start = start if depth else token.start()
            depth += 1
        elif said in ")]":
            depth -= 1
            if depth == 0:
                yield Piece(text[start : token.end()], start, token.end())
        elif depth == 0 and said.strip() and not said.startswith("--"):
            yield Piece(said, token.start(), token.end())
