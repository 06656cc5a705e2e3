"""What is in a database, as values. Pure: `read.py` fills them, and nothing here knows SQL.

`relations.py` has the tables and what hangs on them, and says how SQL is written in them.
"""

from dataclasses import dataclass, field
from typing import Literal

from .relations import Column, GrantFound, Relation, TypeName


@dataclass(frozen=True, slots=True)
class Enum:
    """A type of a few words."""

    schema: str
    name: str
    values: tuple[str, ...]
    """In their order."""
    comment: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """A rule of a domain."""

    name: str
    expression: str
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Domain:
    """A type with rules."""

    schema: str
    name: str
    type: TypeName
    nullable: bool = True
    default: str | None = None
    collation: str | None = None
    """Where it is not that of the type."""
    checks: tuple[DomainCheck, ...] = ()
    comment: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Composite:
    """A type of several fields; that of a table's rows is not listed."""

    schema: str
    name: str
    fields: tuple[Column, ...]
    comment: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A type of ranges."""

    schema: str
    name: str
    subtype: TypeName
    multirange: str
    """The name of the type of several of them, with its schema."""
    opclass: str | None = None
    """Where it is not the default."""
    collation: str | None = None
    """Where it is not that of the subtype."""
    canonical: str | None = None
    subtype_diff: str | None = None
    comment: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence, unless it is that of an identity, which stands with its column."""

    schema: str
    name: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    owned_by: tuple[str, str, str] | None = None
    """Schema, table and column that it goes with, as `serial` makes one."""
    grants: tuple[GrantFound, ...] = ()
    unlogged: bool = False
    comment: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function, a procedure, an aggregate or a window function."""

    schema: str
    name: str
    arguments: str
    """Those that tell it from others of its name, as `drop function` wants them."""
    result: str | None
    """None for a procedure."""
    kind: Literal["function", "procedure", "aggregate", "window"]
    language: str
    owner: str
    volatility: Literal["immutable", "stable", "volatile"]
    security_definer: bool = False
    leakproof: bool = False
    strict: bool = False
    parallel: Literal["safe", "restricted", "unsafe"] = "unsafe"
    config: tuple[str, ...] = ()
    """`search_path=""`."""
    source: str = ""
    """Its body."""
    definition: str | None = None
    """The whole statement; None for an aggregate, which Postgres does not print."""
    grants: tuple[GrantFound, ...] = ()
    comment: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension that is installed."""

    name: str
    schema: str
    version: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema and all that is in it; a partition stands with its parent, wherever that is."""

    name: str
    owner: str
    grants: tuple[GrantFound, ...] = ()
    comment: str | None = None
    extension: str | None = None
    relations: tuple[Relation, ...] = ()
    enums: tuple[Enum, ...] = ()
    domains: tuple[Domain, ...] = ()
    composites: tuple[Composite, ...] = ()
    ranges: tuple[Range, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    functions: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What was read, in the order of names."""

    version: Literal[1] = field(default=1, kw_only=True)
    """Of this shape: it counts up when something changes its meaning or goes away."""
    server_version: int
    """`160014` is 16.14."""
    schemas: tuple[Schema, ...]
    extensions: tuple[Extension, ...] = ()
    """All of the database, whichever schema was asked for."""
