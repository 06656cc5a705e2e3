"""Views, functions and triggers in `alembic revision --autogenerate` and `alembic check`.

A plugin for Alembic. It comes after the plugin for policies, and puts its statements between those
for policies and those for tables.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import MetaData

from ..execute import execute, execute_exactly
from ..policies.autogenerate import SecureTable
from .again import again
from .catalogue import apart, dependants, pair
from .made import made_by_revisions
from .plan import Plan, Planner, Step
from .policies import is_dropped, leave_before
from .touched import touched
from .wanted import wanted, watched_roles

log = logging.getLogger(__name__)

PLUGIN = "supabase.declared"
"""Its name among Alembic's `autogenerate_plugins`."""

BODY = re.compile(r"\$(?:function|procedure)\d*\$")

CANNOT_MAKE = "%s cannot be made from its declaration: %s"


@dataclass(frozen=True)
class ChangeDeclared(ops.MigrateOperation):
    """Statements about one view, function or trigger, and their undoing."""

    what: str
    do: Sequence[str]
    undo: Sequence[str]

    def reverse(self) -> "ChangeDeclared":
        """Return the same for the downgrade."""
        return ChangeDeclared(self.what, self.undo, self.do)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Name the statements: `alembic check` prints them."""
        return ("declared", self.what, *(self.do or self.undo))


@renderers.dispatch_for(ChangeDeclared)
def render(context: AutogenContext, operation: ChangeDeclared) -> list[str]:
    """Write the statements themselves; the body of a function keeps each of its blanks."""
    return [
        execute_exactly(each, context.imports) if BODY.search(each) else execute(each)
        for each in operation.do
    ]


def compare_declared(
    context: AutogenContext, upgrade: ops.UpgradeOps, _: set[str | None]
) -> PriorityDispatchResult:
    """Add to *upgrade* what makes every view, function and trigger as it is declared."""
    connection, metadata = context.connection, cast("MetaData", context.metadata)
    said = wanted(metadata)
    made = made_by_revisions((context.opts or {}).get("revisions", ()))
    if connection is None or not (said or made):
        return PriorityDispatchResult.CONTINUE
    changes = touched(upgrade.ops, str(connection.dialect.default_schema_name))
    with apart(connection) as database:
        pairs = pair(database, said, made)
        for each in pairs:
            if each.found and each.failure and not changes:
                log.warning(CANNOT_MAKE, each.mark, each.failure)
        planner = Planner(
            pairs,
            partial(dependants, database),
            changes,
            watched_roles(metadata),
            partial(is_dropped, upgrade),
            partial(again, metadata),
        )
        plan = planner.plan()
    leave_before(upgrade, metadata, [step.what for step in plan.after])
    _put(upgrade, plan)
    return PriorityDispatchResult.CONTINUE


Plugin(PLUGIN).add_autogenerate_comparator(
    compare_declared, "schema", "declared", priority=DispatchPriority.LAST
)


def _put(upgrade: ops.UpgradeOps, plan: Plan) -> None:
    """Put the steps around the changes of tables: policies leave before, and come after them."""
    every = [*upgrade.ops]
    first = 0
    while first < len(every) and _is_of_policies(every[first], "found"):
        first += 1
    end = len(every)
    while end > first and _is_of_policies(every[end - 1], "declared"):
        end -= 1
    upgrade.ops[:] = [
        *every[:first],
        *map(_operation, plan.before),
        *every[first:end],
        *map(_operation, plan.after),
        *every[end:],
    ]


def _is_of_policies(operation: ops.MigrateOperation, side: str) -> bool:
    return isinstance(operation, SecureTable) and operation.side == side


def _operation(step: Step) -> ops.MigrateOperation:
    return ChangeDeclared(step.what, step.do, step.undo)
