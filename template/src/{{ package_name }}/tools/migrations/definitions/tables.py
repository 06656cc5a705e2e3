"""Tables that a model says have another name now: `__table_args__ = {"info": {"was": "memos"}}`.

Postgres takes along rows, policies, grants and the keys to it. A rename is a revision by itself:
what else the models say, the next one sees.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import Index, Inspector, Table

from .change import Change, Remark
from .renames import WAS

LATER = Remark("What else the models say, the next revision sees.")


@dataclass(frozen=True)
class RenameTable(ops.MigrateOperation):
    """What Alembic has as an operation, and does not write."""

    old: str
    new: str
    schema: str | None


@renderers.dispatch_for(RenameTable)
def write(_: AutogenContext, each: RenameTable) -> str:
    """Write it as Alembic's own."""
    place = f", schema={each.schema!r}" if each.schema else ""
    return f"op.rename_table({each.old!r}, {each.new!r}{place})"


def rename_tables(context: AutogenContext, upgrade: ops.UpgradeOps) -> PriorityDispatchResult:
    """Have *upgrade* only rename, where it would make what is there by another name."""
    makes = [each for each in upgrade.ops if isinstance(each, ops.CreateTableOp)]
    made = {(each.schema, each.table_name) for each in makes}
    renamed = [
        _renamed(context, table, str(table.info[WAS]))
        for table in context.sorted_tables
        if WAS in table.info and (table.schema, table.name) in made and _is_there(context, table)
    ]
    if renamed:
        upgrade.ops[:] = renamed
    return PriorityDispatchResult.CONTINUE


def _is_there(context: AutogenContext, table: Table) -> bool:
    """Whether the table has its old name, which no other model has."""
    old = str(table.info[WAS])
    is_free = all((each.schema, each.name) != (table.schema, old) for each in context.sorted_tables)
    return is_free and context.inspector.has_table(old, schema=table.schema)


def _renamed(context: AutogenContext, table: Table, old: str) -> Change:
    quote: Any = context.migration_context.dialect.identifier_preparer
    place = f"{quote.quote(table.schema)}." if table.schema else ""
    there: list[str] = []
    back: list[str] = []
    for kind, before, after in _names(context.inspector, table, old):
        was, now = quote.quote(before), quote.quote(after)
        name = f"{place}{quote.quote(table.name)}"
        if kind == "index":
            there.append(f"alter index {place}{was} rename to {now}")
            back.insert(0, f"alter index {place}{now} rename to {was}")
        else:
            there.append(f"alter table {name} rename constraint {was} to {now}")
            back.insert(0, f"alter table {name} rename constraint {now} to {was}")
    return Change(
        f"table {place}{old} is {table.name}",
        (LATER, RenameTable(old, table.name, table.schema), *there),
        (*back, RenameTable(table.name, old, table.schema)),
    )


def _names(inspector: Inspector, table: Table, old: str) -> Iterator[tuple[str, str, str]]:
    """Yield what has the table's old name in its own, and shall have the new one."""
    found = _found(inspector, old, table.schema)
    for thing in (*table.constraints, *table.indexes):
        kind = "index" if isinstance(thing, Index) else "constraint"
        name = str(thing.name)
        before = name.replace(table.name, old)
        if before != name and (kind, before) in found:
            yield kind, before, name


def _found(inspector: Inspector, table: str, schema: str | None) -> set[tuple[str, str | None]]:
    indexes = inspector.get_indexes(table, schema)
    constraints = [
        inspector.get_pk_constraint(table, schema),
        *inspector.get_unique_constraints(table, schema),
        *inspector.get_foreign_keys(table, schema),
        *inspector.get_check_constraints(table, schema),
    ]
    return {("index", each["name"]) for each in indexes if "duplicates_constraint" not in each} | {
        ("constraint", each["name"]) for each in constraints
    }
