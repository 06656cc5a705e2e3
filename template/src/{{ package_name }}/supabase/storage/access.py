"""Who may reach which objects of a bucket, as a feature declares it for a migration to make. Pure.

The tables are Storage's own: nobody else may leave a mark there, so what is compared is the
policies themselves.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Condition:
    """What must be true of an object; the text alone says as much, and *stored* is not asked."""

    written: str
    stored: str = ""


@dataclass(frozen=True)
class ObjectPolicy:
    """A policy on `storage.objects`, with its conditions in SQL."""

    name: str
    command: Literal["all", "select", "insert", "update", "delete"]
    using: str | Condition | None = None
    check: str | Condition | None = None
    to: tuple[str, ...] = ("authenticated",)
    restrictive: bool = False


@dataclass(frozen=True)
class Bucket:
    """A private bucket, and the policies on its objects."""

    name: str
    largest: int
    """Bytes of one file."""
    types: tuple[str, ...]
    policies: tuple[ObjectPolicy, ...]


_declared: dict[str, Bucket] = {}


def declare(bucket: Bucket) -> None:
    """Let migrations make *bucket*, and `alembic check` watch over it."""
    _declared[bucket.name] = bucket


def declared() -> list[Bucket]:
    """Return the buckets of every feature that is imported."""
    return [*_declared.values()]
