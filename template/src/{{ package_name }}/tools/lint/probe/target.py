"""What there is to try, and on whose behalf. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """A column that can be written."""

    name: str
    """As SQL."""
    type: str
    is_owner: bool
    """It says whose the row is."""
    is_key: bool
    insert: list[str]
    update: list[str]
    """The roles that may."""


@dataclass(frozen=True)
class Target:
    """A table or a view that a role of the API reaches."""

    object: str
    name: str
    roles: list[str]
    kind: str
    risk: str | None
    """Why nothing is tried on it: more would happen than a rollback takes back."""
    triggers: list[str]
    """The tables whose triggers a write would start: its own, and those that lose rows with it."""
    may_switch_triggers: bool
    columns: list[Column]
    may_read: list[str]
    may_delete: list[str]
    can_be_written: bool


@dataclass(frozen=True)
class Routine:
    """A function that a role of the API may call."""

    object: str
    call: str
    roles: list[str]
    takes_arguments: bool
    is_harmless: bool


@dataclass(frozen=True)
class Person:
    """Somebody who asks."""

    label: str
    role: str
    sub: str | None = None


@dataclass
class Tried:
    """What came of it for one person; a word or a number of rows for each thing to do."""

    who: str
    read: str = "-"
    insert: str = "-"
    update: str = "-"
    delete: str = "-"


@dataclass
class Outcome:
    """What came of it on one table or view."""

    object: str
    rows: str
    tried: list[Tried] = field(default_factory=list[Tried])
    note: str = ""


@dataclass(frozen=True)
class Called:
    """What came of a function."""

    object: str
    who: str
    answer: str
