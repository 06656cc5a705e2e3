"""Row level security and grants, declared beside the model. Pure: values, no database.

Nobody may do anything that is not declared: a table without `secure(...)` is closed. What is wrong
or only looks right is refused here, with a sentence; the migration is written from what is left.
Without row level security the service's login gets what the API's roles are granted; policies wait.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from .grants import API_ROLES, Grant, about, read_grants, refuse_name, refuse_role

__all__ = [
    "API_ROLES",
    "Grant",
    "Policy",
    "Security",
    "is_unmanaged",
    "named_roles",
    "secure",
    "security",
    "unmanaged",
]

NEEDS: Final = {
    "select": ("using",),
    "insert": ("check",),
    "update": ("using", "check"),
    "delete": ("using",),
}
"""`using` chooses among the rows that are there, `check` judges those that are written."""

PER_ROW = re.compile(r"(?<![\w.])((?:auth\.\w+|current_setting)\s*\()", re.IGNORECASE)
SELECTED = re.compile(r"\(\s*select\s+(?:[\w.]*\(\s*)*$", re.IGNORECASE)

KEY, UNMANAGED = "security", "unmanaged"


@dataclass(frozen=True)
class Policy:
    """Which rows the roles *to* may reach with *command*, as conditions in SQL.

    A caller needs one permissive policy to say yes, and every *restrictive* one.
    """

    name: str
    command: str
    using: str | None = field(default=None, kw_only=True)
    check: str | None = field(default=None, kw_only=True)
    to: str | tuple[str, ...] = field(default="authenticated", kw_only=True)
    restrictive: bool = field(default=False, kw_only=True)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles it is for, in a fixed order."""
        return (self.to,) if isinstance(self.to, str) else tuple(sorted(self.to))


@dataclass(frozen=True)
class Security:
    """Everything that decides who reaches a table's rows; by itself it lets nobody in."""

    policies: tuple[Policy, ...] = ()
    grants: frozenset[Grant] = frozenset()
    enabled: bool = True
    forced: bool = True


def secure(
    model: type[DeclarativeBase] | Table,
    *policies: Policy,
    grants: Mapping[str, str] | None = None,
    force: bool = True,
) -> None:
    """Declare who may do what with *model*'s table; without policies and grants, nobody anything.

    *grants* names for each role what it may do at all, `"select, update (title, body)"`; *policies*
    choose the rows. *force* binds the table's owner too, unless that role bypasses policies.

    Raises:
        ValueError: the declaration is wrong, or does not do what it seems to.
    """
    table = model if isinstance(model, Table) else cast("Table", model.__table__)
    every = table.metadata.info.setdefault(KEY, {})
    with about(table.key):
        if table.key in every or is_unmanaged(table):
            raise ValueError("it is declared twice")
        granted = frozenset(read_grants(grants or {}, table.columns.keys()))
        _refuse(policies, granted)
    every[table.key] = Security(policies, granted, forced=force)


def unmanaged(model: type[DeclarativeBase] | Table, *, because: str) -> None:
    """Leave who reaches *model*'s table to the database, whatever that says, *because* of this.

    No migration makes, changes or drops its policies and grants. A table that is made anew has
    none, and is closed: `secure()` it as soon as what stands in its way is gone.

    Raises:
        ValueError: nothing is said of why, or it is declared already.
    """
    table = model if isinstance(model, Table) else cast("Table", model.__table__)
    with about(table.key):
        if not because.strip():
            raise ValueError("say because= of what its policies are not declared")
        if security(table) or is_unmanaged(table):
            raise ValueError("it is declared twice")
    table.metadata.info.setdefault(UNMANAGED, {})[table.key] = because


def is_unmanaged(table: Table) -> bool:
    """Return whether the database alone says who reaches *table*."""
    return table.key in table.metadata.info.get(UNMANAGED, {})


def security(table: Table) -> Security | None:
    """Return what was declared for *table*, or None when nobody has decided."""
    return table.metadata.info.get(KEY, {}).get(table.key)


def named_roles(metadata: MetaData) -> set[str]:
    """Return the roles that any declaration grants something."""
    every: Mapping[str, Security] = metadata.info.get(KEY, {})
    return {grant.role for security in every.values() for grant in security.grants}


def _refuse(policies: tuple[Policy, ...], grants: frozenset[Grant]) -> None:
    names = set[str]()
    first: dict[tuple[str, str], str] = {}
    may = {(grant.role, grant.privilege) for grant in grants}
    for policy in policies:
        with about(f"policy {policy.name!r}"):
            _refuse_policy(policy)
            if policy.name in names:
                raise ValueError("another has this name")
            names.add(policy.name)
            for role in policy.roles:
                if (role, policy.command) not in may:
                    raise ValueError(f"{role} has no grant to {policy.command}: add it to grants=")
                if policy.restrictive:
                    continue
                other = first.setdefault((role, policy.command), policy.name)
                if other != policy.name:
                    raise ValueError(
                        f"{other!r} decides on {policy.command} by {role} already: join the two"
                        " with `or`, Postgres would evaluate both for every row"
                    )


def _refuse_policy(policy: Policy) -> None:
    refuse_name(policy.name)
    if policy.command not in NEEDS:
        raise ValueError(f"{policy.command!r} is none of {', '.join(NEEDS)}: write one for each")
    if not policy.roles:
        raise ValueError("it is for no role")
    for role in policy.roles:
        refuse_role(role)
    for name, condition in (("using", policy.using), ("check", policy.check)):
        needed = name in NEEDS[policy.command]
        if needed and not (condition or "").strip():
            raise ValueError(f"{policy.command} needs {name}=")
        if condition is not None and not needed:
            raise ValueError(f"{policy.command} takes no {name}=")
        _refuse_per_row(condition or "")


def _refuse_per_row(condition: str) -> None:
    for call in PER_ROW.finditer(condition):
        if not SELECTED.search(condition[: call.start()]):
            raise ValueError(f"{call[1]}) is evaluated for every row: write (select {call[1]}))")
