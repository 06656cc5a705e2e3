"""A view that gets more columns behind those that it has: replaced, and what reads it stays. Pure.

Postgres cannot take the columns away again in this way, so the downgrade makes all of it anew.
"""

import re
from collections.abc import Collection, Iterable

from .found import Found, drop, make_whole

COUNTED = re.compile(r"count\s*\(\s*\*\s*\)", re.IGNORECASE)
BY_HEART = re.compile(r"\*|\bnatural\b", re.IGNORECASE)
"""What stands for the columns that a view has at the time."""


def names_its_columns(query: str) -> bool:
    """Whether *query* is the same whichever columns come behind those of what it reads."""
    return BY_HEART.search(COUNTED.sub("", query)) is None


def as_they_were(found: Iterable[Found], roles: Collection[str]) -> list[str]:
    """Return what drops a view and what hangs on it, in this order, and makes them as they are."""
    every = [*found]
    drops = [drop(each) for each in reversed(every)]
    return [*drops, *(line for each in every for line in make_whole(each, roles))]
