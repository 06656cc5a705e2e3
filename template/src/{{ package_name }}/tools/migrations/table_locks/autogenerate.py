"""Says in a revision where one lock is held while another statement goes through the same table.

A plugin for Alembic, which looks at what all others found. Each revision is one transaction, and
gives its locks back at its end; new tables are exempt, as nobody reads them and they have no rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, text

from ..definitions.change import Note, Remark
from ..definitions.found import Place
from .holds import Hold, Lock, made_by, of_statement
from .operations import Operations, calls

PLUGIN = "supabase.table_locks"
"""Its name among Alembic's `autogenerate_plugins`."""

VOLATILE = text("select distinct proname from pg_proc where provolatile = 'v'")

TWICE = "{table} is locked, {lock}, while {first} and then {last} go through all rows: {nobody}"
WHILE = "{table} is locked, {lock}, by {first} while {last} goes through all rows: {nobody}"
SPLIT = (
    " it until both are done. If it is large, move {last} to a revision of its own, so that the"
    " lock is given back in between. {careful}"
)


def tell_locks(context: AutogenContext, upgrade: ops.UpgradeOps) -> PriorityDispatchResult:
    """Put a comment before each statement that makes a lock on its table a longer one."""
    connection = context.connection
    if connection is not None and upgrade.ops:
        schema = str(connection.dialect.default_schema_name)
        quote: Any = connection.dialect.identifier_preparer.quote
        operations = Operations(schema, _volatile(connection, upgrade.ops), quote)
        _Teller(operations).tell(upgrade)
    return PriorityDispatchResult.CONTINUE


Plugin(PLUGIN).add_autogenerate_comparator(
    tell_locks, "autogenerate", "table locks", priority=DispatchPriority.LAST
)


class _Teller:
    """Goes through a revision from its beginning, and knows what is held so far."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.made: set[Place] = set()
        self.held: defaultdict[Place, list[Hold]] = defaultdict(list)

    def tell(self, container: ops.OpContainer) -> None:
        told: list[ops.MigrateOperation] = []
        for operation in container.ops:
            if isinstance(operation, ops.OpContainer):
                self.tell(operation)
            else:
                told += self._said_before(operation)
            told.append(operation)
        container.ops[:] = told

    def _said_before(self, operation: ops.MigrateOperation) -> Iterator[ops.MigrateOperation]:
        for hold in self._holds(operation):
            if hold.place not in self.made:
                if sentence := self._sentence(hold):
                    yield Note(sentence)
                self.held[hold.place].append(hold)

    def _holds(self, operation: ops.MigrateOperation) -> Iterator[Hold]:
        if isinstance(operation, ops.CreateTableOp):
            schema = operation.schema or self.operations.default_schema
            self.made.add((schema, operation.table_name))
        steps: Sequence[object] = getattr(operation, "do", (operation,))
        policies = f"policies of {getattr(operation, 'table', '')}"
        what = str(getattr(operation, "what", policies))
        for step in steps:
            if isinstance(step, ops.MigrateOperation):
                yield from self.operations.holds(step)
            elif isinstance(step, str) and not isinstance(step, Remark):
                if made := made_by(step, self.operations.default_schema):
                    self.made.add(made)
                yield from of_statement(step, what, self.operations.default_schema)

    def _sentence(self, hold: Hold) -> str:
        """Say what is held while *hold* goes through the table; nothing if that is no worse."""
        before = self.held[hold.place]
        long = [each for each in before if each.is_long]
        stronger = [each for each in before if each.lock > hold.lock]
        if not hold.is_long or not (long or stronger):
            return ""
        lock = max(each.lock for each in (*before, hold))
        first = (long or stronger)[0]
        sentence = (TWICE if long else WHILE) + SPLIT
        table = self._name(hold.place)
        said = sentence.format(
            first=first.what.removesuffix(f" of {table}"),
            last=hold.what.removesuffix(f" of {table}"),
            table=table,
            lock=lock,
            nobody="nobody reads or writes" if lock == Lock.ACCESS_EXCLUSIVE else "nobody writes",
            careful=hold.careful,
        )
        return said.strip()

    def _name(self, place: Place) -> str:
        schema, table = place
        is_usual = schema == self.operations.default_schema
        return ".".join(map(self.operations.quote, [table] if is_usual else [schema, table]))


def _volatile(connection: Connection, operations: Iterable[ops.MigrateOperation]) -> set[str]:
    """Return the functions whose result differs from row to row, if a new column calls any."""
    called = {name for each in _added(operations) for name in calls(each)}
    return {*connection.scalars(VOLATILE)} & called if called else set()


def _added(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.AddColumnOp]:
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            yield from _added(operation.ops)
        elif isinstance(operation, ops.AddColumnOp):
            yield operation
