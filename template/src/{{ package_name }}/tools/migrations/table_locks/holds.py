"""What a table is locked by, how much that keeps out, and what it takes to give it back. Pure."""

import re
from enum import IntEnum
from typing import NamedTuple

from ..definitions.found import Place
from ..definitions.parts import unquoted


class Lock(IntEnum):
    """The locks of a table that keep writers out, the strongest last."""

    SHARE = 1
    SHARE_ROW_EXCLUSIVE = 2
    ACCESS_EXCLUSIVE = 3

    def __str__(self) -> str:
        return self.name.replace("_", " ")


class Hold(NamedTuple):
    """A lock that a statement takes, and its transaction keeps."""

    place: Place
    what: str
    lock: Lock
    is_long: bool = False
    """Whether the statement goes through all rows, of this table or of one that refers to it."""
    careful: str = ""
    """How the same is done with a table that is in use."""


NOT_NULL = (
    "There, first add `check ({} is not null) not valid` and validate it: then this reads no row."
)
VALIDATE = "There, say `postgresql_not_valid=True`, and validate it in the next one."
CONCURRENTLY = "There it can be built concurrently."
USING_INDEX = "There, build a unique index concurrently, and make it the constraint `using index`."
NEW_COLUMN = "There, add a column beside it, fill it in parts, and let it take the name."
FILL_LATER = "There, add it without a value, and fill it in parts."

NAME = r'(?:"(?:[^"]|"")*"|[\w$]+)'
TABLE = rf"(?P<table>(?:{NAME}\.)?{NAME})"
ALTER = re.compile(rf"alter table (?:only )?{TABLE} (?P<does>.*)", re.IGNORECASE | re.DOTALL)
INDEX = re.compile(
    rf"create (?:unique )?index (?:{NAME} )?on (?:only )?{TABLE} ", re.IGNORECASE | re.DOTALL
)
POLICY = re.compile(rf"(?:create|alter|drop) policy {NAME} on {TABLE}", re.IGNORECASE)
MADE = re.compile(rf"create (?:table|materialized view) {TABLE}", re.IGNORECASE)
ADDED = re.compile(
    rf"add constraint {NAME} (?P<kind>check|exclude|unique|primary key|foreign key)",
    re.IGNORECASE,
)
REFERENCES = re.compile(rf"\) references {TABLE}", re.IGNORECASE)
NOT_VALID = re.compile(r"\snot valid\s*$", re.IGNORECASE)
CAREFUL = {"unique": USING_INDEX, "primary key": USING_INDEX}
"""A check has its own comment."""


def of_statement(statement: str, what: str, default_schema: str) -> list[Hold]:
    """Return what a *statement* of our own writing holds; *what* is what it makes or changes."""

    def place(match: re.Match[str]) -> Place:
        return _place(match["table"], default_schema)

    if found := INDEX.match(statement):
        return [Hold(place(found), what, Lock.SHARE, is_long=True, careful=CONCURRENTLY)]
    if found := POLICY.match(statement):
        return [Hold(place(found), what, Lock.ACCESS_EXCLUSIVE)]
    found = ALTER.match(statement)
    if found is None:
        return []
    added = ADDED.match(found["does"])
    kind = added["kind"].lower() if added else ""
    is_long = bool(added) and not NOT_VALID.search(statement)
    if kind == "foreign key":
        other = REFERENCES.search(statement)
        places = {place(found), *([place(other)] if other else [])}
        lock = Lock.SHARE_ROW_EXCLUSIVE
        return [Hold(each, what, lock, is_long, VALIDATE) for each in sorted(places)]
    careful = CAREFUL.get(kind, "")
    return [Hold(place(found), what, Lock.ACCESS_EXCLUSIVE, is_long, careful)]


def made_by(statement: str, default_schema: str) -> Place | None:
    """Return the table or materialized view that a *statement* makes: it has no rows to lock."""
    found = MADE.match(statement)
    return _place(found["table"], default_schema) if found else None


def _place(name: str, default_schema: str) -> Place:
    *schema, table = map(unquoted, re.findall(NAME, name))
    return (schema[0] if schema else default_schema), table
