"""What may be reached on purpose and has no declaration of its own, with the reason. Pure.

A table is declared by `secure()`. Everything else that a role of the API can reach, a view or a
function that was made by hand, is closed by the next migration, unless a line here says why not.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import MetaData

from .grants import GRANT, Grant, read_columns
from .model import Base

KEY: Final = "exposed"
REASONS: Final = "exposed because"

PRIVILEGES = (
    *("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"),
    *("usage", "create", "execute", "all"),
)
"""The last is the command of a policy."""


def exposed(
    what: str, *, grants: Mapping[str, str], because: str, metadata: MetaData = Base.metadata
) -> None:
    """Leave *what* open to whom *grants* names, and to nobody else, *because* of this.

    *what* is named as `alembic check` names it, `"function public.search(text)"`; *grants* are
    written as for `secure()`, `{"anon": "execute"}`. A policy on files that no bucket declares is
    named in the same way, with the command that it is for. So are, for `lint` alone, a policy that
    lets everybody write, and `"bucket avatars"` that is public, `{"anon": "select"}`. A schema is
    open to whom anything in it is for, unless its name is said here.

    Raises:
        ValueError: it says nothing of whom, or of why; or it is said twice.
    """
    every = metadata.info.setdefault(KEY, {})
    if not because.strip():
        raise ValueError(f"{what}: say because= of what it is open")
    if what in every:
        raise ValueError(f"{what}: it is declared twice")
    granted = frozenset(each for role in grants for each in _granted(what, role, grants[role]))
    is_of_some = bool(granted) or what.startswith("schema ")
    if not is_of_some or not {grant.privilege for grant in granted} <= {*PRIVILEGES}:
        raise ValueError(f"{what}: grants= says what each role may do: {', '.join(PRIVILEGES)}")
    every[what] = granted
    metadata.info.setdefault(REASONS, {})[what] = because


def all_exposed(metadata: MetaData) -> dict[str, frozenset[Grant]]:
    """Return what is open on purpose, by its name, and to whom."""
    return dict(metadata.info.get(KEY, {}))


def exposed_because(metadata: MetaData) -> dict[str, str]:
    """Return of what each is open, by its name."""
    return dict(metadata.info.get(REASONS, {}))


def _granted(what: str, role: str, privileges: str) -> Iterator[Grant]:
    rest = privileges
    while rest.strip():
        match = GRANT.match(rest)
        if match is None:
            raise ValueError(f'{what}: grants are written "select, update (title)"')
        rest = rest[match.end() :]
        columns = read_columns(match[2]) if match[2] else [None]
        yield from (Grant(role, match[1].lower(), column) for column in columns)
