"""Row level security and grants in `alembic revision --autogenerate` and `alembic check`.

A plugin for Alembic. What is found and not declared leaves before the other changes of a revision,
which it could stand in the way of; what is declared comes after them, when its columns are there.
The downgrade is the mirror image. Every table of ours is compared.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, Table

from ....supabase.tables.policies import API_ROLES, Grant, Security, named_roles, security
from ..execute import execute
from ..ours import Ours
from .catalogue import TableKey, read, select_missing
from .declared import LOGIN, MEMBER_OF, declared
from .same import same_policies
from .statements import create_policy, drop_policy, set_grants, set_switches, table_name

log = logging.getLogger(__name__)

PLUGIN = "supabase.policies"
"""Its name among Alembic's `autogenerate_plugins`."""

NEW = Security(grants=frozenset({Grant("public", "anything")}), enabled=False, forced=False)
"""What Postgres makes of a new table: default privileges may have granted anything."""

CLOSES = "%s: no policies.py declares who may reach it, so it is closed to everybody"


@dataclass(frozen=True)
class SecureTable(ops.MigrateOperation):
    """Statements about one table, as it is *found* or as it is *declared*, and their undoing."""

    side: Literal["found", "declared"]
    table: str
    do: list[str]
    undo: list[str]

    def reverse(self) -> "SecureTable":
        """Return the same for the downgrade."""
        return SecureTable(self.side, self.table, self.undo, self.do)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Name the statements that lead to this side: `alembic check` prints them."""
        return (self.side, self.table, *(self.undo if self.side == "found" else self.do))


@renderers.dispatch_for(SecureTable)
def render(_: AutogenContext, operation: SecureTable) -> list[str]:
    """Write the statements themselves."""
    return [execute(statement) for statement in operation.do]


def compare_security(
    context: AutogenContext, upgrade: ops.UpgradeOps, _: set[str | None]
) -> PriorityDispatchResult:
    """Add to *upgrade* what makes every table as secure as it is declared, and no more."""
    connection = context.connection
    if connection is None:
        return PriorityDispatchResult.CONTINUE
    roles = {*API_ROLES, "public"}.union(*(named_roles(t.metadata) for t in context.sorted_tables))
    live = read(connection, {*roles, LOGIN})
    ours = {_key(connection, t): t for t in context.sorted_tables if _is_ours(context, t)}
    wanted = {key: declared(table, live.get(key)) for key, table in ours.items()}
    settled = _settle(connection, ours, live, wanted)

    before: list[ops.MigrateOperation] = []
    after: list[ops.MigrateOperation] = []
    for key, now in settled.items():
        name, was = table_name(ours[key]), live.get(key)
        if now.enabled and security(ours[key]) is None and (was is None or _differ(was, now)):
            log.warning(CLOSES, name)
        if was is None:
            after.append(SecureTable("declared", name, _towards(name, NEW, now, roles), []))
        elif _differ(was, now):
            leave, come = _drops(name, was, now), _drops(name, now, was)
            before.append(SecureTable("found", name, leave, _towards(name, now, was, roles)))
            after.append(SecureTable("declared", name, _towards(name, was, now, roles), come))
    after += _memberships(connection)
    for operation in upgrade.ops:
        if isinstance(operation, ops.DropTableOp):
            table = operation.to_table()
            name, was = table_name(table), live[_key(connection, table)]
            before.append(SecureTable("found", name, [], _towards(name, NEW, was, roles)))
    upgrade.ops[:] = [*before, *upgrade.ops, *after]
    return PriorityDispatchResult.CONTINUE


Plugin(PLUGIN).add_autogenerate_comparator(
    compare_security, "schema", "security", priority=DispatchPriority.LAST
)


def _memberships(connection: Connection) -> list[ops.MigrateOperation]:
    """Let the login become what its service acts as, where the first revision did not."""
    lacking = select_missing(connection, LOGIN, MEMBER_OF)
    if not lacking:
        return []
    # Roles belong to all databases of a server, so the downgrade takes nothing back.
    return [SecureTable("declared", LOGIN, [f"grant {', '.join(lacking)} to {LOGIN}"], [])]


def _key(connection: Connection, table: Table) -> TableKey:
    return (table.schema or str(connection.dialect.default_schema_name), table.name)


def _is_ours(context: AutogenContext, table: Table) -> bool:
    own: Ours = context.opts["ours"]
    return own.is_ours(table, table.name, "table", False, None)  # noqa: FBT003


def _settle(
    connection: Connection,
    tables: Mapping[TableKey, Table],
    live: Mapping[TableKey, Security],
    wanted: Mapping[TableKey, Security],
) -> dict[TableKey, Security]:
    """Return *wanted* with every policy in the words of the *live* one, if it is the same."""
    names = {key: table_name(table) for key, table in tables.items()}
    words = same_policies(
        connection,
        (
            (names[key], policy, found)
            for key, now in wanted.items()
            for policy in now.policies
            for found in (live[key].policies if key in live else ())
        ),
    )
    return {
        key: replace(
            now, policies=tuple(words.get((names[key], each), each) for each in now.policies)
        )
        for key, now in wanted.items()
    }


def _differ(was: Security, now: Security) -> bool:
    switches = (was.enabled, was.forced) == (now.enabled, now.forced)
    return not (switches and was.grants == now.grants and {*was.policies} == {*now.policies})


def _drops(table: str, security: Security, but: Security) -> list[str]:
    return [drop_policy(table, each) for each in security.policies if each not in but.policies]


def _towards(table: str, was: Security, now: Security, roles: Iterable[str]) -> list[str]:
    """Return the statements from *was* to *now*, once the policies of *was* alone are dropped."""
    named = {*roles, *(grant.role for grant in was.grants)}
    grants = set_grants(f"table {table}", now.grants, named) if was.grants != now.grants else []
    policies = [create_policy(table, each) for each in now.policies if each not in was.policies]
    return [*grants, *set_switches(table, was, now), *policies]
