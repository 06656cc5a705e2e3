"""Which constraints a revision makes or drops, by the operations it has so far."""

from collections.abc import Iterable, Iterator

from alembic.operations import ops
from sqlalchemy import Constraint

from .change import Change, RenamedConstraint, Step
from .declared import Declared
from .found import Place
from .parts import unquoted

ADDS = (ops.CreateUniqueConstraintOp, ops.CreatePrimaryKeyOp, ops.CreateCheckConstraintOp)


class Touched:
    """Constraints by table and name, and tables that come or go with all that they have."""

    def __init__(self, declared: Declared, operations: Iterable[ops.MigrateOperation]) -> None:
        self.declared = declared
        self.made: set[Place] = set()
        self.dropped: set[Place] = set()
        self.renamed: dict[tuple[Place, str], str] = {}
        """The old name of each constraint that gets a new one."""
        self._names: set[tuple[str, str]] = set()
        self._see(operations)

    def has(self, place: Place, name: str) -> bool:
        """Whether the constraint with this name in the database is made or dropped."""
        if place in self.made or place in self.dropped:
            return True
        # Mostly nothing is, of hundreds of tables.
        if not self._names:
            return False
        return (self.declared.sql_name(place), self.declared.quote(name)) in self._names

    def has_declared(self, place: Place, constraint: Constraint) -> bool:
        """Whether the *constraint* of a model is made or dropped."""
        # Alembic has the whole name; in the database it may be a shorter one.
        names = {self.declared.name(constraint), str(constraint.name)} - {None}
        return any(self.has(place, str(name)) for name in names)

    def _see(self, steps: Iterable[ops.MigrateOperation | Step]) -> None:
        for step in steps:
            if isinstance(step, ops.ModifyTableOps):
                self._see(step.ops)
            elif isinstance(step, RenamedConstraint):
                self.renamed[step.place, step.new] = step.old
            elif isinstance(step, Change):
                self._names |= {(table, self._unquoted(name)) for table, name in step.constraints}
                self._see(step.do)
            elif isinstance(step, ops.CreateTableOp):
                self.made.add(self._place(step.schema, step.table_name))
            elif isinstance(step, ops.DropTableOp):
                self.dropped.add(self._place(step.schema, step.table_name))
            elif isinstance(step, ops.MigrateOperation):
                self._names |= {*self._named(step)}

    def _named(self, operation: ops.MigrateOperation) -> Iterator[tuple[str, str]]:
        schema: str | None
        if isinstance(operation, (ops.DropConstraintOp, *ADDS)):
            schema, table = operation.schema, operation.table_name
        elif isinstance(operation, ops.CreateForeignKeyOp):
            schema, table = operation.kw.get("source_schema"), operation.source_table
        else:
            return
        place = self._place(schema, table)
        name = str(operation.constraint_name)
        yield self.declared.sql_name(place), self.declared.quote(name)

    def _place(self, schema: str | None, table: str) -> Place:
        return schema or self.declared.schema, table

    def _unquoted(self, name: str) -> str:
        return self.declared.quote(unquoted(name))
