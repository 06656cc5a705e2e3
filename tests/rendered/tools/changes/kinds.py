"""What a table of changes is made of: a kind in three states, and the four ways between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.schema import SchemaItem

State = Callable[[MetaData, str], object]
"""Declares something; every name in it carries the name that it gets, which no other case has."""


@dataclass(frozen=True)
class Kind:
    """What models declare: not at all, in one way, and in another."""

    name: str
    none: State
    one: State
    other: State
    added: tuple[str, ...] = ()
    """Lines of the revision from none to one; `{t}` is the name of the case."""
    changed: tuple[str, ...] = ()
    """From one to other."""
    removed: tuple[str, ...] = ()
    """From one to none."""
    no_way_back: tuple[str, ...] = ()
    """Ways whose downgrade leaves what no migration can take away."""
    not_there: tuple[str, ...] = ()
    """Ways that leave it at once: the database has more than the models."""
    since: int = 15
    """The version of Postgres that brought it."""


@dataclass(frozen=True)
class Case:
    """One way from a state to another."""

    name: str
    kind: Kind
    before: State
    after: State
    says: tuple[str, ...]
    is_there: bool
    comes_back: bool

    def __str__(self) -> str:
        return self.name


def cases(kinds: list[Kind]) -> list[Case]:
    """Return the four ways of each of *kinds*."""
    return [case for kind in kinds for case in _ways(kind)]


def _ways(kind: Kind) -> list[Case]:
    ways: dict[str, tuple[State, State, tuple[str, ...]]] = {
        "added": (kind.none, kind.one, kind.added),
        "changed": (kind.one, kind.other, kind.changed),
        "removed": (kind.one, kind.none, kind.removed),
        "reversed": (kind.other, kind.one, ()),
    }
    return [
        Case(
            f"{kind.name}_{way}",
            kind,
            before,
            after,
            says,
            is_there=way not in kind.not_there,
            comes_back=way not in kind.no_way_back,
        )
        for way, (before, after, says) in ways.items()
    ]


def table(make: Callable[[str], list[SchemaItem]], **options: Any) -> State:
    """Declare a table of the case's name, with a key and what *make* makes for that name."""

    def declare(metadata: MetaData, name: str) -> Table:
        key = Column("id", Integer, primary_key=True)
        return Table(name, metadata, key, *make(name), **options)

    return declare


def nothing(metadata: MetaData, name: str) -> None:
    """Declare nothing at all."""
