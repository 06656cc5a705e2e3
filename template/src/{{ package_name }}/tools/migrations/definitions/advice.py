"""What a revision says of statements that rows which are there already may stop, or make slow."""

from collections.abc import Iterator

from alembic.operations import ops

from .change import Note
from .declared import Declared

FILL = "Rows without {column} would stop this. Before it: update {table} set {column} = ..."
NEW = (
    "Rows that are there already get no {column}: where there are any, add it nullable, fill it,"
    " and set it not null in a later revision."
)
SCANS = (
    "Every row is read, and the table locked meanwhile. If it is large: add this `not valid`, and"
    " in a later revision, `alter table {table} validate constraint {name}`."
)


def advise(declared: Declared, upgrade: ops.UpgradeOps) -> None:
    """Put a comment before each statement of *upgrade* that may be in want of one."""
    for operation in upgrade.ops:
        if isinstance(operation, ops.ModifyTableOps):
            place = operation.schema or declared.schema, operation.table_name
            table = declared.sql_name(place)
            operation.ops[:] = [
                each for found in operation.ops for each in _advised(declared, table, found)
            ]


def _advised(
    declared: Declared, table: str, operation: ops.MigrateOperation
) -> Iterator[ops.MigrateOperation]:
    said = ""
    if isinstance(operation, ops.AlterColumnOp) and operation.modify_nullable is False:
        column = declared.quote(operation.column_name)
        said = FILL.format(table=table, column=column)
    elif isinstance(operation, ops.AddColumnOp) and _needs_value(operation):
        said = NEW.format(column=declared.quote(operation.column.name))
    if said:
        yield Note(said)
    yield operation


def _needs_value(operation: ops.AddColumnOp) -> bool:
    column = operation.column
    return not column.nullable and column.server_default is None
