"""What the API's roles reach, in `alembic revision --autogenerate` and `alembic check`.

A plugin for Alembic. What has no declaration is closed: its grants are taken away. What cannot be
closed so, since it is not ours or a policy needs it, is named, and `alembic check` is red.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, MetaData, Table, text

from ....supabase.tables.grants import API_ROLES, LONGEST_NAME, Grant, in_words
from ..declared.autogenerate import ChangeDeclared
from ..declared.statements import quote
from ..execute import execute
from ..ours import DEFAULT, Ours
from ..policies.declared import LOGIN, MEMBER_OF
from ..policies.statements import set_grants
from .catalogue import Reachable, read_reachable
from .known import Known, known, sequence_grants, watched

log = logging.getLogger(__name__)

PLUGIN = "supabase.exposure"
"""Its name among Alembic's `autogenerate_plugins`."""

RELATIONS = {"table", "view", "materialized view", "foreign table"}

SCHEMAS = text("select nspname from pg_namespace")

CLOSES = (
    "%s: nothing declares who may reach it, so it is closed to %s; if it is meant, say so in a"
    " policies.py: %s"
)
REACHED = (
    "%s: nothing declares who may reach it, and %s may; %s, so no migration closes it; if it is"
    " meant, say so in a policies.py: %s"
)
IS_NEEDED = "a policy, a default, a view or an index uses it"
IS_THEIRS = "it has no model here, or another owner"
NOT_PASSED_ON = " (without the grant option, which the next revision takes back)"
NOT_THERE = "exposed(%r): there is no such thing: take the line away, or name what there is"


@dataclass(frozen=True)
class Expose(ops.MigrateOperation):
    """Statements about who may reach one thing, and their undoing; none where a person decides."""

    what: str
    do: list[str]
    undo: list[str]

    def reverse(self) -> "Expose":
        """Return the same for the downgrade."""
        return Expose(self.what, self.undo, self.do)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Name the statements: `alembic check` prints them."""
        return ("reachable", self.what, *self.do)


def only_names(operation: ops.MigrateOperation) -> bool:
    """Tell whether *operation* changes nothing: it names what a person has to decide."""
    return isinstance(operation, Expose) and not operation.do and not operation.undo


@renderers.dispatch_for(Expose)
def render(_: AutogenContext, operation: Expose) -> list[str]:
    """Write the statements themselves."""
    return [execute(statement) for statement in operation.do]


def compare_exposure(
    context: AutogenContext, upgrade: ops.UpgradeOps, _: set[str | None]
) -> PriorityDispatchResult:
    """Add to *upgrade* what leaves everything as reachable as it is declared, and no more."""
    if context.connection is not None:
        metadata: MetaData = context.opts["target_metadata"]
        own: Ours = context.opts["ours"]
        every = read_reachable(context.connection, watched(metadata))
        said = known(context.connection, metadata, own, every)
        made = [
            said.tables[name]
            for each in upgrade.ops
            if isinstance(each, ops.CreateTableOp)
            and (name := f"{each.schema or DEFAULT}.{each.table_name}") in said.tables
        ]
        going = [each for each in every if _goes(each, upgrade.ops)]
        upgrade.ops[:] = [
            *_new_schemas(context.connection, said),
            *_given_back(going),
            *upgrade.ops,
            *_sequences(made),
            *exposure([each for each in every if each not in going], said),
            *_not_there(every, said),
        ]
    return PriorityDispatchResult.CONTINUE


Plugin(PLUGIN).add_autogenerate_comparator(
    compare_exposure, "schema", "exposure", priority=DispatchPriority.LAST
)


def exposure(every: Iterable[Reachable], said: Known) -> list[Expose]:
    """Return what of *every* thing is not as reachable as is *said*, with what makes it so."""
    return [each for found in every for each in _towards(found, said)]


def _not_there(every: Iterable[Reachable], said: Known) -> Iterator[Expose]:
    missing = {*said.meant} - {found.what for found in every}
    for what in sorted(missing):
        if not what.startswith("policy "):
            log.warning(NOT_THERE, what)
            yield Expose(what, [], [])


def _given_back(going: Iterable[Reachable]) -> Iterator[Expose]:
    """Yield what a downgrade grants on the sequence of a table that is dropped."""
    for found in going:
        if found.kind == "sequence" and found.grants:
            roles = {grant.role for grant in found.grants}
            yield Expose(found.what, [], set_grants(_target(found), found.grants, roles))


def _goes(found: Reachable, operations: Iterable[ops.MigrateOperation]) -> bool:
    """Whether *operations* drop what was *found*, or the table that it belongs to."""
    table = found.parent.table if found.parent else found.name
    name = found.identity.partition("(")[0]
    is_dropped = is_made_again = False
    for each in operations:
        if isinstance(each, ops.DropTableOp):
            is_dropped |= f"{each.schema or DEFAULT}.{each.table_name}" == table
        elif isinstance(each, ChangeDeclared):
            heads = [statement.partition("(")[0] for statement in each.do]
            is_dropped |= any(head.startswith(f"drop {found.kind} {name}") for head in heads)
            is_made_again |= any(head[:6].lower() == "create" and name in head for head in heads)
    return is_dropped and not is_made_again


def _towards(found: Reachable, said: Known) -> Iterator[Expose]:
    wanted = said.wanted(found)
    if wanted is None:
        return
    # Whatever logs in by itself is no caller of the API.
    shall = wanted | {grant for grant in found.grants if grant.role in said.others}
    if shall == found.grants:
        return
    extra = found.grants - shall
    roles = sorted({grant.role for grant in extra})
    if extra and (found.is_needed or not found.can_be_closed or not said.is_ours(found)):
        why = IS_NEEDED if found.is_needed else IS_THEIRS
        log.warning(REACHED, found.what, " and ".join(roles), why, _line(found))
        yield Expose(found.what, [], [])
        return
    if extra:
        log.warning(CLOSES, found.what, " and ".join(roles), _line(found))
        if not MEMBER_OF:
            # What everybody could use, the service's own login uses too.
            shall |= {Grant(LOGIN, grant.privilege) for grant in extra}
    touched = {grant.role for grant in found.grants ^ shall}
    yield Expose(
        found.what,
        set_grants(_target(found), _of(touched, shall), touched),
        set_grants(_target(found), _of(touched, found.grants), touched),
    )


def _line(found: Reachable) -> str:
    """Return the line that says that it is meant, to be pasted, and what it cannot say."""
    every = sorted(found.grants, key=lambda each: (each.role, each.privilege, each.column or ""))
    line = f'exposed({found.what!r}, grants={in_words(every)}, because="...")'
    is_passed_on = any(grant.passed_on for grant in found.grants)
    return f"{line}{NOT_PASSED_ON}" if is_passed_on else line


def _of(roles: Iterable[str], grants: Iterable[Grant]) -> list[Grant]:
    return [grant for grant in grants if grant.role in roles]


def _target(found: Reachable) -> str:
    """Return what was *found* as a GRANT names it."""
    if found.kind in {"schema", "sequence", "procedure"}:
        return found.what
    return f"{'table' if found.kind in RELATIONS else 'function'} {found.identity}"


def _new_schemas(connection: Connection, said: Known) -> Iterator[Expose]:
    """Yield what makes a schema before the first thing that is declared in it."""
    there = {*connection.scalars(SCHEMAS)}
    for schema in sorted({*said.usages} - there):
        what = f"schema {quote(schema)}"
        grants = [Grant(role, "usage") for role in said.usages.get(schema, ())]
        # Nobody has anything on a new schema.
        given = set_grants(what, grants, {LOGIN})[1:]
        yield Expose(what, [f"create {what}", *given], [f"drop {what}"])


def _sequences(tables: Iterable[Table]) -> Iterator[Expose]:
    """Yield who may use the sequence behind the serial column of a new table."""
    for table in tables:
        column = table.autoincrement_column
        if column is None or column.identity or column.default or column.server_default:
            continue
        # As Postgres names it.
        name = f"{table.name}_{column.name}_seq"
        place = f"{quote(table.schema)}." if table.schema else ""
        grants = sequence_grants(table, column.name)
        roles = {*API_ROLES, "public", *(grant.role for grant in grants)}
        if grants and len(name.encode()) <= LONGEST_NAME:
            what = f"sequence {place}{quote(name)}"
            yield Expose(what, set_grants(what, grants, roles), [])
