"""A table and what hangs on it, or a view, as values. Pure: `read.py` fills them.

Every piece of SQL is what Postgres prints with an empty search path: a name outside `pg_catalog`
carries its schema. Tuples are sorted by name, but for what has an order of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TypeKind = Literal["base", "enum", "domain", "range", "multirange", "composite"]
ConstraintKind = Literal["primary", "unique", "foreign", "check", "exclusion", "not null"]
Action = Literal["no action", "restrict", "cascade", "set null", "set default"]
Command = Literal["all", "select", "insert", "update", "delete"]
RelationKind = Literal["table", "partitioned table", "view", "materialized view", "foreign table"]


@dataclass(frozen=True, slots=True)
class TypeName:
    """What a column holds."""

    schema: str
    """`pg_catalog`, `public`, `extensions`; of the element where it is an array, as all below."""
    name: str
    """`int4`, `varchar`, `mood`, `vector`."""
    modifiers: tuple[str, ...] = ()
    """What stands in parentheses: `200`, or `10` and `2`."""
    dimensions: int = 0
    """At least 1 for an array."""
    kind: TypeKind = "base"
    extension: str | None = None
    """The extension that brought it."""
    sql: str = ""
    """The whole, as Postgres prints it: `character varying(200)[]`."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Numbers that Postgres gives out."""

    always: bool
    """Not only by default."""
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    sequence: str
    """With its schema, quoted where it must be."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation, or a field of a composite type."""

    name: str
    type: TypeName
    nullable: bool = True
    default: str | None = None
    identity: Identity | None = None
    generated: str | None = None
    """The expression that it is computed from."""
    stored: bool = True
    """Whether a generated one is computed when it is written, and not when it is read."""
    collation: str | None = None
    """Where it is not that of the type; so are the three below."""
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    options: tuple[str, ...] = ()
    """`n_distinct=-1`, or what a foreign server calls the column."""
    inherited: bool = False
    """The table has it from a parent alone."""
    owned_sequence: str | None = None
    """The sequence that goes with it, as `serial` makes one; not that of an identity."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """A key, a check, an exclusion, or since Postgres 18 a not-null with its name."""

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...]
    definition: str
    expression: str | None = None
    """Of a check."""
    target: tuple[str, str] | None = None
    """Schema and table that a foreign key refers to."""
    target_columns: tuple[str, ...] = ()
    on_update: Action = "no action"
    on_delete: Action = "no action"
    on_delete_columns: tuple[str, ...] = ()
    """Those that `set null (a, b)` and `set default (a, b)` name."""
    match_full: bool = False
    deferrable: bool = False
    deferred: bool = False
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    without_overlaps: bool = False
    """A key over time; in a foreign key, `period`."""
    options: tuple[str, ...] = ()
    """Of its index: `fillfactor=70`."""
    inherited: bool = False
    """A partition or a child has it from its parent alone."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One of what an index sorts by."""

    column: str | None
    """None for an expression."""
    expression: str | None = None
    opclass: str | None = None
    """Where it is not the default, or has parameters."""
    opclass_parameters: tuple[str, ...] = ()
    collation: str | None = None
    """Where it is not that of the column."""
    descending: bool = False
    nulls_first: bool | None = None
    """None: last when ascending, first when descending."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index that no constraint made."""

    name: str
    method: str
    unique: bool
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...] = ()
    predicate: str | None = None
    nulls_not_distinct: bool = False
    options: tuple[str, ...] = ()
    valid: bool = True
    inherited: bool = False
    """A partition has it from the index of its parent."""
    definition: str = ""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger of the table's own: a partition's are with its parent."""

    name: str
    definition: str
    function: str
    enabled: Literal["origin", "always", "replica", "disabled"] = "origin"
    """In which sessions it fires: `origin` is every one but those that replicate."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyFound:
    """A policy of row level security."""

    name: str
    command: Command
    roles: tuple[str, ...]
    permissive: bool = True
    using: str | None = None
    check: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class GrantFound:
    """What a role that is not the owner may do."""

    role: str
    """`public` is everybody."""
    privilege: str
    """In lower case."""
    column: str | None = None
    """None: the whole of it."""
    grantable: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, a partitioned table, a view, a materialized view or a foreign table."""

    schema: str
    name: str
    kind: RelationKind
    owner: str
    comment: str | None = None
    columns: tuple[Column, ...] = ()
    """In their order."""
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    policies: tuple[PolicyFound, ...] = ()
    grants: tuple[GrantFound, ...] = ()
    row_security: bool = False
    row_security_forced: bool = False
    partition_key: str | None = None
    """`RANGE (at)`."""
    partition_of: tuple[str, str] | None = None
    partition_bound: str | None = None
    """`FOR VALUES FROM (1) TO (9)`, or `DEFAULT`."""
    partitions: tuple[Relation, ...] = ()
    inherits: tuple[tuple[str, str], ...] = ()
    """Parents that it is no partition of, in their order."""
    definition: str | None = None
    """Of a view."""
    options: tuple[str, ...] = ()
    """`security_invoker=true`, `fillfactor=70`, or what a foreign server is told."""
    server: str | None = None
    """Of a foreign table."""
    unlogged: bool = False
    access_method: str | None = None
    """Where it is not `heap`."""
    tablespace: str | None = None
    """Where it is not that of the database."""
    replica_identity: Literal["default", "nothing", "full", "index"] = "default"
    """What of an old row subscribers are told."""
    extension: str | None = None
    """The extension that it belongs to."""
    rows: int | None = None
    """As Postgres estimated them last; None: never."""
