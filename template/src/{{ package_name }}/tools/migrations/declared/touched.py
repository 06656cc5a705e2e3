"""What the other changes of a revision make, and what they are in need to have out of their way."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from alembic.operations import ops

from ..definitions.change import Change, RenamedColumn
from .catalogue import Root
from .order import bare, mentions
from .statements import full

MAKES_TYPE = re.compile(r"create (?:type|domain) (?P<name>.*?) as ", re.IGNORECASE)


@dataclass
class Touched:
    """What changes of tables do to others."""

    roots: list[Root] = field(default_factory=list[Root])
    """Tables and columns that go or change their type."""
    rows: set[Root] = field(default_factory=set[Root])
    """Tables whose rows get other columns."""
    new: set[str] = field(default_factory=set[str])
    """Names of tables and types that are not there yet."""
    columns: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Columns that are not there yet, by table, of tables that are."""
    renamed: dict[Root, str] = field(default_factory=dict[Root, str])
    """The name that a column has, by its table and the name that it gets."""

    def __bool__(self) -> bool:
        """Whether they do anything."""
        return bool(self.roots or self.new or self.columns)

    def see(self, change: Change) -> None:
        """Look at what is written as statements."""
        made = MAKES_TYPE.match(str(change.do[0] if change.do else ""))
        if made:
            self.new.add(bare(made["name"]))
        elif isinstance(change, RenamedColumn):
            table = full(*change.place)
            self.renamed["column", table, change.new] = change.old
            self.columns.add((change.place[1], change.new))
            self.rows.add(("rows", table))

    def is_awaited(self, text: str) -> bool:
        """Whether *text* names a column that is not there yet, together with its table."""
        return any(len(mentions(text, each)) == len({*each}) for each in self.columns)

    def names_old(self, text: str) -> bool:
        """Whether *text* names a column that gets another name."""
        return bool(mentions(text, self.renamed.values()))


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
                    new = ("column", table, each.column_name)
                    result.roots.append(("column", table, result.renamed.get(new, new[-1])))
            case Change():
                result.see(each)
            case ops.RenameTableOp():
                result.new.add(each.new_table_name)
            case ops.CreateTableOp():
                result.new.add(each.table_name)
            case ops.AddColumnOp():
                result.columns.add((each.table_name, str(each.column.name)))
                result.rows.add(("rows", full(each.schema or default_schema, each.table_name)))
            case _:
                pass
    return result


def _flat(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for each in operations:
        if isinstance(each, ops.OpContainer):
            yield from _flat(each.ops)
        elif isinstance(each, Change):
            yield each
            yield from _flat(step for step in each.do if isinstance(step, ops.MigrateOperation))
        else:
            yield each
