"""What the catalogue says of a relation, and of what one role may do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .looking import Looking

KINDS = {
    "r": "table",
    "p": "partitioned table",
    "v": "view",
    "m": "materialized view",
    "f": "foreign table",
}
COMMANDS = ("select", "insert", "update", "delete")


@dataclass(frozen=True, slots=True)
class Column:
    """A column, for one role."""

    name: str
    granted: tuple[str, ...]
    generated: bool
    not_null: bool
    filled: bool
    """Whether it has a value when nobody gives one: a default, a number, an expression."""
    always: bool
    """Whether that is its only value."""
    names_user: bool
    """Whether it says whose row it is."""
    closed_sequence: str | None
    """The sequence of its default, if the role may not use it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, for one role."""

    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    is_for_role: bool
    using: str | None
    check: str | None
    closed_functions: tuple[str, ...]
    closed_tables: tuple[str, ...]
    sources: str
    """The bodies of the functions that it calls."""

    def applies_to(self, command: str) -> bool:
        """Whether it judges the role's *command*."""
        return self.is_for_role and self.command in {"all", command}

    def condition(self, command: str, *, on_new: bool = False) -> str:
        """Return what it asks of a row that is there, or of one *on_new*."""
        if on_new or command == "insert":
            return self.check or self.using or "true"
        return self.using or "true"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a row has to meet, whoever writes it."""

    commands: tuple[str, ...]
    what: str
    fills: bool
    """Whether it may give a new row what nobody gave."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view, for one role."""

    oid: int
    schema: str
    name: str
    kind: str
    owner: str
    row_security: bool
    forced: bool
    security_invoker: bool
    bypasses: bool
    """Whether no policy ever holds the role back."""
    owns: bool
    usage: bool
    """Whether the role reaches the schema."""
    granted: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    policies: tuple[Policy, ...] = ()
    demands: tuple[Demand, ...] = ()

    @property
    def title(self) -> str:
        """Its name as a person writes it."""
        return f"{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        """Its name as SQL takes it, whatever is in it."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def is_table(self) -> bool:
        """Whether policies can be on it."""
        return self.kind in {"table", "partitioned table"}

    @property
    def is_judged(self) -> bool:
        """Whether policies hold the role back."""
        is_exempt = self.bypasses or (self.owns and not self.forced)
        return self.row_security and not is_exempt

    def may(self, command: str) -> bool:
        """Whether the role has the grant, on all or on some columns."""
        return command in self.granted or any(command in it.granted for it in self.columns)

    def closed_columns(self, command: str) -> list[str]:
        """Return the columns without the grant, if others have it."""
        if command in self.granted or not self.may(command):
            return []
        return [it.name for it in self.columns if command not in it.granted and not it.generated]

    def needed(self) -> list[str]:
        """Return the columns that an insert has to give: not null, and nothing fills them."""
        return [it.name for it in self.columns if it.not_null and not it.filled]

    def judging(self, command: str) -> list[Policy]:
        """Return the policies on the role's *command*."""
        return [it for it in self.policies if it.applies_to(command)]


def quoted(name: str) -> str:
    """Return *name* as an identifier."""
    return '"' + name.replace('"', '""') + '"'


async def relations(looking: Looking, role: str, name: str = "") -> list[Relation]:
    """Return those that *name* may mean, the likeliest first, without their parts."""
    return [_relation(row) for row in await looking.rows("relation", role, name)]


async def with_parts(looking: Looking, role: str, relation: Relation) -> Relation:
    """Return *relation* with its columns, policies and demands."""
    columns = await looking.rows("columns", role, relation.oid)
    policies = await looking.rows("policies", role, relation.oid)
    demands = await looking.rows("demands", relation.oid)
    return replace(
        relation,
        columns=tuple(Column(**_tuples(row)) for row in columns),
        policies=tuple(Policy(**_tuples(row)) for row in policies),
        demands=tuple(Demand(**_tuples(row)) for row in demands),
    )


def _relation(row: Mapping[str, Any]) -> Relation:
    fields = _tuples(row)
    fields["kind"] = KINDS[fields["kind"]]
    return Relation(**fields)


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(it) if isinstance(it, list) else it for key, it in row.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
