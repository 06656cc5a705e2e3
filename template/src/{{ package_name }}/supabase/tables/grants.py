"""What a role may do, in the words in which it is declared: `"select, update (title)"`. Pure.

The words are the same for tables and for views.
"""

import re
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import starmap

API_ROLES = ("anon", "authenticated", "service_role")
"""What a request may become. Each reaches tables over Supabase's Data API too."""

ROWS = ("select", "insert", "update", "delete")
"""What is done to rows, and what policies choose the rows for."""
BY_COLUMN = ("select", "insert", "update", "references")
NOT_FOR_THE_API = ("truncate", "references", "trigger")
"""Policies do not bind TRUNCATE; the other two let a role act on, or learn of, others' rows."""

QUOTED = r'"(?:[^"]|"")*"'
COLUMN = re.compile(rf"\s*({QUOTED}|[^,]*?)\s*(?:,|$)")
GRANT = re.compile(rf"\s*([a-z]+)\s*(?:\(((?:{QUOTED}|[^()])*)\)\s*)?(?:,|$)", re.IGNORECASE)
NEEDS_QUOTES = re.compile(r'[",()]|^\s|\s$|^$')
"""What a column's name would not be read with as it is."""

LONGEST_NAME = 63
"""Bytes; Postgres cuts a longer name off without an error."""


@dataclass(frozen=True)
class Grant:
    """What one role may do to a table, or to one of its columns."""

    role: str
    privilege: str
    column: str | None = None
    passed_on: bool = False
    """WITH GRANT OPTION, which is never declared."""


def read_grants(grants: Mapping[str, str], columns: Collection[str] | None) -> Iterator[Grant]:
    """Yield what *grants* says of each role; without *columns* any may be named.

    Raises:
        ValueError: it says what cannot be granted, or not so.
    """
    for role, privileges in grants.items():
        refuse_role(role)
        rest, seen = privileges, set[str]()
        while rest.strip():
            match = GRANT.match(rest)
            if match is None:
                raise ValueError(f'grants are written "select, update (title)", not {privileges!r}')
            rest = rest[match.end() :]
            privilege = match[1].lower()
            if privilege in seen:
                raise ValueError(f"{privilege} is granted to {role} twice")
            seen.add(privilege)
            _refuse_privilege(role, privilege)
            for column in _columns(privilege, match[2], columns):
                yield Grant(role, privilege, column)


def read_columns(named: str) -> Iterator[str]:
    """Yield the columns between the parentheses of a grant; a name in quotes may hold anything."""
    rest = named
    while match := COLUMN.match(rest):
        name, rest = match[1], rest[match.end() :]
        yield name[1:-1].replace('""', '"') if re.fullmatch(QUOTED, name) else name
        if not match[0].endswith(","):
            return


def in_words(grants: Iterable[Grant]) -> dict[str, str]:
    """Return what each role is granted, as it is declared."""
    said: dict[str, dict[str, list[str]]] = {}
    for grant in grants:
        columns = said.setdefault(grant.role, {})
        if grant.column is None:
            columns[grant.privilege] = []
        else:
            columns.setdefault(f"{grant.privilege} ", []).append(_quoted(grant.column))
    return {role: ", ".join(starmap(_words, each.items())) for role, each in said.items()}


def of_the_api(roles: Iterable[str]) -> list[str]:
    """Return those of *roles* that a request may become."""
    named = {*roles}
    return [role for role in API_ROLES if role in named]


@contextmanager
def about(what: str) -> Generator[None]:
    """Let what is refused say of *what* it is said."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None


def refuse_role(role: str) -> None:
    """Refuse what is no role, or everybody.

    Raises:
        ValueError: it is.
    """
    if role.lower() == "public":
        raise ValueError("PUBLIC is every login there will ever be: name the roles")
    refuse_name(role)


def refuse_name(name: str) -> None:
    """Refuse a name that Postgres would not keep as it is.

    Raises:
        ValueError: it would not.
    """
    if not 0 < len(name.encode()) <= LONGEST_NAME:
        raise ValueError(f"the name {name!r} must have 1 to {LONGEST_NAME} bytes")


def _columns(
    privilege: str, named: str | None, columns: Collection[str] | None
) -> Iterator[str | None]:
    if named is None:
        yield None
        return
    if privilege not in BY_COLUMN:
        raise ValueError(f"{privilege} cannot be granted by column")
    for column in read_columns(named):
        if columns is not None and column not in columns:
            raise ValueError(f"it has no column {column!r} to grant {privilege} on")
        yield column


def _words(privilege: str, columns: list[str]) -> str:
    return f"{privilege}({', '.join(columns)})" if columns else privilege


def _quoted(column: str) -> str:
    is_plain = NEEDS_QUOTES.search(column) is None
    return column if is_plain else '"' + column.replace('"', '""') + '"'


def _refuse_privilege(role: str, privilege: str) -> None:
    if privilege not in {*ROWS, *NOT_FOR_THE_API}:
        raise ValueError(f"{privilege!r} is no privilege that can be granted: name each by itself")
    if role in API_ROLES and privilege in NOT_FOR_THE_API:
        raise ValueError(f"{privilege} is not for {role}: row level security does not bind it")
