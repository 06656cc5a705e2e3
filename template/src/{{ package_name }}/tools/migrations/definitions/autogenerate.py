"""Defaults, identities, checks, indexes, exclusions and enums in autogenerate and `check`.

A plugin for Alembic. Where two texts differ, Postgres plans both: all of them in one message, and
nothing is executed, changed or locked for it.
"""

import logging
from collections.abc import Iterable, Iterator

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection

from ..expressions import compare
from . import (
    advice,
    checks,
    defaults,
    enums,
    exclusions,
    generated,
    identities,
    indexes,
    renames,
)
from .change import Change, Committed, Suspect
from .declared import Declared
from .found import read, read_dependents
from .tables import rename_tables

COLUMNS = (ops.AddColumnOp, ops.AlterColumnOp)

log = logging.getLogger(__name__)

PLUGIN = "supabase.definitions"
"""Its name among Alembic's `autogenerate_plugins`."""

CANNOT_TELL = (
    "%s: whether it is as declared, Postgres does not show; if it is, declare it in its words: %s"
)


def compare_definitions(
    context: AutogenContext, upgrade: ops.UpgradeOps, _: set[str | None]
) -> PriorityDispatchResult:
    """Add to *upgrade* what makes every table as it is defined, around what Alembic found."""
    connection = context.connection
    if connection is None:
        return PriorityDispatchResult.CONTINUE
    declared = Declared(context, connection.dialect)
    declared.meet(read(connection, {declared.place(each)[0] for each in declared.tables}))
    renames.rename(declared, upgrade)
    every: list[Suspect] = []
    for kind in (generated, identities, defaults, checks, exclusions, indexes):
        every += kind.suspects(declared)
    differing = list(_differing(connection, every))
    before, after = enums.changes(declared, connection, upgrade)
    _keep_ways_back(declared, upgrade)
    leaves = [each.leaves for each in differing if each.leaves]
    columns = [each.comes for each in differing if each.comes and each.anew]
    comes = [each.comes for each in differing if each.comes and not each.anew]
    own, others = _columns_first(upgrade.ops) if columns else ([], upgrade.ops)
    upgrade.ops[:] = [*before, *leaves, *own, *columns, *others, *comes, *after]
    advice.advise(declared, upgrade)
    return PriorityDispatchResult.CONTINUE


def put_first(_: AutogenContext, upgrade: ops.UpgradeOps) -> PriorityDispatchResult:
    """Begin with what is committed by itself: if the rest fails, all of it can be run again."""
    first = [each for each in upgrade.ops if isinstance(each, Change) and each.committed]
    if first:
        statements = Committed(line for each in first for line in each.committed)
        undo = tuple(step for each in reversed(first) for step in each.undo)
        what = ", ".join(each.what for each in first)
        rest = [each for each in upgrade.ops if each not in first]
        upgrade.ops[:] = [Change(what, (statements,), undo), *rest]
    return PriorityDispatchResult.CONTINUE


plugin = Plugin(PLUGIN)
plugin.add_autogenerate_comparator(compare_definitions, "schema", "definitions")
plugin.add_autogenerate_comparator(
    rename_tables, "autogenerate", "renamed tables", priority=DispatchPriority.LAST
)
plugin.add_autogenerate_comparator(
    put_first, "autogenerate", "committed", priority=DispatchPriority.LAST
)


def _columns_first(
    operations: list[ops.MigrateOperation],
) -> tuple[list[ops.MigrateOperation], list[ops.MigrateOperation]]:
    """Part the columns that come from all else, which may be made of those that are made anew."""
    columns: list[ops.MigrateOperation] = []
    others: list[ops.MigrateOperation] = []
    for operation in operations:
        if not isinstance(operation, ops.ModifyTableOps):
            others.append(operation)
            continue
        of_columns = [each for each in operation.ops if isinstance(each, COLUMNS)]
        rest = [each for each in operation.ops if not isinstance(each, COLUMNS)]
        name, schema = operation.table_name, operation.schema
        columns += [ops.ModifyTableOps(name, of_columns, schema=schema)] if of_columns else []
        others += [ops.ModifyTableOps(name, rest, schema=schema)] if rest else []
    return columns, others


def _keep_ways_back(declared: Declared, upgrade: ops.UpgradeOps) -> None:
    """Have a downgrade make each index that is dropped as it was: Alembic loses parts of some."""
    for operation in upgrade.ops:
        if isinstance(operation, ops.ModifyTableOps):
            place = operation.schema or declared.schema, operation.table_name
            known = declared.found[place].indexes if place in declared.found else {}
            operation.ops[:] = [
                indexes.restored(declared, each, known[str(each.index_name)])
                if isinstance(each, ops.DropIndexOp) and each.index_name in known
                else each
                for each in operation.ops
            ]


def _differing(connection: Connection, suspects: Iterable[Suspect]) -> Iterator[Suspect]:
    every = list(suspects)
    verdicts = compare(connection, (each for suspect in every for each in suspect.questions))
    differing: list[Suspect] = []
    for suspect in every:
        answers = {verdicts[question] for question in suspect.questions}
        if not answers or "different" in answers:
            differing.append(suspect)
        elif "cannot tell" in answers:
            stored = "; ".join(each.stored for each in suspect.questions)
            log.warning(CANNOT_TELL, suspect.what, stored)
    known = {each.what for each in differing}
    for suspect in differing:
        yield suspect
        if suspect.anew:
            dependents = read_dependents(connection, *suspect.anew)
            hanging = generated.hanging(suspect.anew[0], dependents)
            yield from (each for each in hanging if each.what not in known)
