"""Defaults, identities, checks, indexes, exclusions and enums in autogenerate and `check`.

A plugin for Alembic. Where two texts differ, Postgres plans both: all of them in one message, and
nothing is executed, changed or locked for it.
"""

import logging
from collections.abc import Collection, Iterable, Iterator

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection

from ..expressions import compare
from . import (
    advice,
    checks,
    comments,
    defaults,
    domains,
    enums,
    exclusions,
    generated,
    identities,
    indexes,
    kept,
    keys,
    renames,
)
from .change import Change, Committed, Suspect
from .declared import Declared
from .found import read, read_dependents
from .order import arrange, keep_ways_back
from .retyped import Retyped
from .tables import rename_tables
from .touched import Touched

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
    declared.meet(read(connection, {*_schemas(declared, upgrade)}))
    renamed = renames.rename(declared, upgrade)
    kept.keep_renamed(declared, upgrade, renamed)
    retyped = Retyped(declared, upgrade, connection, renamed)
    every = [*keys.suspects(declared, Touched(declared, upgrade.ops), renamed, retyped)]
    every += identities.suspects(declared, retyped)
    for kind in (generated, defaults, checks, exclusions, indexes):
        every += kind.suspects(declared, retyped)
    of_domains = domains.Domains(declared, connection, upgrade)
    every += of_domains.suspects()
    differing = list(_differing(connection, every, {*_dropped(declared, upgrade)}))
    before, after = enums.changes(declared, connection, upgrade, of_domains.gone)
    keep_ways_back(declared, upgrade)
    types = [*before, *of_domains.made()], [*of_domains.dropped(), *after]
    arrange(declared, upgrade, differing, types)
    comments.comment(declared, upgrade)
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


def _schemas(declared: Declared, upgrade: ops.UpgradeOps) -> Iterator[str]:
    for table in declared.tables:
        yield declared.place(table)[0]
    for operation in upgrade.ops:
        if isinstance(operation, ops.DropTableOp):
            yield operation.schema or declared.schema


def _dropped(declared: Declared, upgrade: ops.UpgradeOps) -> Iterator[str]:
    """Yield what Alembic drops by itself, as it is called here."""
    for operation in (each for each in upgrade.ops if isinstance(each, ops.ModifyTableOps)):
        table = declared.sql_name(declared.place_of(operation))
        for each in operation.ops:
            if isinstance(each, ops.DropIndexOp):
                yield f"index {each.index_name} of {table}"
            elif isinstance(each, ops.DropConstraintOp):
                name = declared.quote(str(each.constraint_name))
                yield from (f"{kind} {name} of {table}" for kind in generated.KINDS.values())


def _differing(
    connection: Connection, suspects: Iterable[Suspect], dropped: Collection[str]
) -> Iterator[Suspect]:
    """Yield what differs, and what goes with it; what Alembic has *dropped* has a way back."""
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
    known = {*dropped, *(each.what for each in differing)}
    for suspect in differing:
        yield suspect
        if suspect.anew:
            dependents = read_dependents(connection, *suspect.anew)
            hanging = generated.hanging(suspect, dependents)
            yield from (each for each in hanging if each.what not in known)
