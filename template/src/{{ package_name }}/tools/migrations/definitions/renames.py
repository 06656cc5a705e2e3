"""Columns that a model says have another name now: `mapped_column(info={"was": "title"})`.

Postgres takes along what is in the column, and the indexes, constraints, policies and grants on it.
What else the model says of the column comes after that, by its new name.
"""

from typing import Any

from alembic.operations import ops

from .change import RenamedColumn
from .declared import Declared
from .found import FoundTable, Place

WAS = "was"
"""In the `info` of a column: the name that it had."""

DROPS = (ops.DropIndexOp, ops.DropConstraintOp)


Renamed = dict[Place, dict[str, str]]
"""By table, the old name of each column that gets a new one."""


def rename(declared: Declared, upgrade: ops.UpgradeOps) -> Renamed:
    """Have *upgrade* rename what it would drop under the old name and add under the new."""
    renamed: Renamed = {}
    said = {
        (declared.place(table), column.name): str(column.info[WAS])
        for table in declared.tables
        for column in table.columns
        if WAS in column.info
    }
    for operation in upgrade.ops if said else ():
        if isinstance(operation, ops.ModifyTableOps):
            place = operation.schema or declared.schema, operation.table_name
            was = {new: old for (where, new), old in said.items() if where == place}
            if done := _rename(declared, operation, was):
                renamed[place] = done
    return renamed


def _rename(
    declared: Declared, operation: ops.ModifyTableOps, was: dict[str, str]
) -> dict[str, str]:
    added = {each.column.name: each for each in operation.ops if isinstance(each, ops.AddColumnOp)}
    dropped = {
        each.column_name: each for each in operation.ops if isinstance(each, ops.DropColumnOp)
    }
    renamed = {new: old for new, old in was.items() if new in added and old in dropped}
    if not renamed:
        return {}
    place = operation.schema or declared.schema, operation.table_name
    changes: list[ops.MigrateOperation] = []
    for new, old in renamed.items():
        changes.append(_change(declared, place, old, new))
        _take_along(declared.found.get(place, FoundTable()), old, new)
        rest = _rest(declared, added[new], dropped[old])
        changes += [rest] if rest.has_changes() else []
    gone = [*(added[new] for new in renamed), *(dropped[old] for old in renamed.values())]
    rest = [each for each in operation.ops if each not in gone]
    # A downgrade makes again what was dropped, when its columns have their old names.
    first = [each for each in rest if isinstance(each, DROPS)]
    others = [each for each in rest if not isinstance(each, DROPS)]
    operation.ops[:] = [*first, *changes, *others]
    return renamed


def _take_along(found: FoundTable, old: str, new: str) -> None:
    """Let what the database has of a column be found by the name that it gets."""
    found.columns[new] = found.columns.pop(old)
    if old in found.identities:
        found.identities[new] = found.identities.pop(old)


def _rest(
    declared: Declared, made: ops.AddColumnOp, dropped: ops.DropColumnOp
) -> ops.AlterColumnOp:
    """Return what else changes of a column, as Alembic has it of one that keeps its name."""
    now, was = made.column, dropped.to_column()
    operation = ops.AlterColumnOp(
        made.table_name,
        str(now.name),
        schema=made.schema,
        existing_type=was.type,
        existing_nullable=was.nullable,
        existing_comment=was.comment,
    )
    impl: Any = declared.context.migration_context.impl
    if impl.compare_type(was, now):
        operation.modify_type = now.type
    if bool(now.nullable) != bool(was.nullable):
        operation.modify_nullable = now.nullable
    if (now.comment or None) != (was.comment or None):
        operation.modify_comment = now.comment
    return operation


def _change(declared: Declared, place: Place, old: str, new: str) -> RenamedColumn:
    table = declared.sql_name(place)
    before, after = declared.quote(old), declared.quote(new)
    return RenamedColumn(
        f"column {table}.{old}",
        (f"alter table {table} rename column {before} to {after}",),
        (f"alter table {table} rename column {after} to {before}",),
        place=place,
        old=old,
        new=new,
    )
