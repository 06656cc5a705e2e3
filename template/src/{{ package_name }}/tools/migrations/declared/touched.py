"""What the other changes of a revision make, and what they are in need to have out of their way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from alembic.operations import ops

from .catalogue import Root
from .statements import full


@dataclass
class Touched:
    """What changes of tables do to others."""

    roots: list[Root] = field(default_factory=list[Root])
    """Tables and columns that go or change their type."""
    rows: set[Root] = field(default_factory=set[Root])
    """Tables whose rows get other columns."""
    new: set[str] = field(default_factory=set[str])
    """Names of tables and columns that are not there yet."""

    def __bool__(self) -> bool:
        """Whether they do anything."""
        return bool(self.roots or self.new)


def touched(operations: Iterable[ops.MigrateOperation], default_schema: str) -> Touched:
    """Return what *operations* touch."""
    result = Touched()
    for each in _flat(operations):
        match each:
            case ops.DropTableOp():
                result.roots.append(("table", full(each.schema or default_schema, each.table_name)))
            case ops.DropColumnOp():
                table = full(each.schema or default_schema, each.table_name)
                result.roots.append(("column", table, each.column_name))
                result.rows.add(("rows", table))
            case ops.AlterColumnOp():
                table = full(each.schema or default_schema, each.table_name)
                if each.modify_type is not None:
                    result.roots.append(("column", table, each.column_name))
                if each.modify_name is not None:
                    result.new.add(each.modify_name)
                    result.rows.add(("rows", table))
            case ops.RenameTableOp():
                result.new.add(each.new_table_name)
            case ops.CreateTableOp():
                result.new |= {each.table_name, *_names(each)}
            case ops.AddColumnOp():
                result.new.add(str(each.column.name))
                result.rows.add(("rows", full(each.schema or default_schema, each.table_name)))
            case _:
                pass
    return result


def _names(table: ops.CreateTableOp) -> set[str]:
    return {str(column.name) for column in table.to_table().columns}


def _flat(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for each in operations:
        if isinstance(each, ops.OpContainer):
            yield from _flat(each.ops)
        else:
            yield each
