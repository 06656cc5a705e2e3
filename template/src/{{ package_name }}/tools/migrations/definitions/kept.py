"""Keys that Alembic would drop and make again, where only names have changed."""

from typing import Any

from alembic.operations import ops

from .declared import Declared
from .found import FoundTable, Place
from .keys import found_shape
from .renames import Renamed


def keep_renamed(declared: Declared, upgrade: ops.UpgradeOps, renamed: Renamed) -> None:
    """Take from *upgrade* what it would drop and make again, where only names have changed.

    That is a unique constraint by another name, and a key whose columns have other names.
    """
    for operation in upgrade.ops:
        if isinstance(operation, ops.ModifyTableOps):
            place = declared.place_of(operation)
            found = declared.found.get(place, FoundTable()).constraints
            drops = [each for each in operation.ops if isinstance(each, ops.DropConstraintOp)]
            for made in [*operation.ops]:
                shape = _shape_made(declared, place, made, renamed)
                for drop in drops if shape else ():
                    was = found.get(str(drop.constraint_name))
                    if was and found_shape(was) == shape and _options(drop) == _options(made):
                        gone = (drop, made)
                        operation.ops[:] = [each for each in operation.ops if each not in gone]


def _shape_made(
    declared: Declared, place: Place, made: ops.MigrateOperation, renamed: Renamed
) -> tuple[object, ...]:
    old = renamed.get(place, {})
    if isinstance(made, ops.CreateUniqueConstraintOp):
        return "u", frozenset(old.get(str(each), str(each)) for each in made.columns)
    if isinstance(made, ops.CreateForeignKeyOp):
        target = made.kw.get("referent_schema") or declared.schema, made.referent_table
        there = renamed.get(target, {})
        columns = tuple(old.get(each, each) for each in made.local_cols)
        return "f", columns, target, tuple(there.get(each, each) for each in made.remote_cols)
    return ()


def _options(operation: ops.MigrateOperation) -> tuple[object, ...]:
    """Return what of a foreign key Alembic compares beside its columns."""
    said: dict[str, Any] = {}
    if isinstance(operation, ops.CreateForeignKeyOp):
        said = operation.kw
    elif isinstance(operation, ops.DropConstraintOp) and operation.constraint_type == "foreignkey":
        said = vars(operation.to_constraint())
    names = ("onupdate", "ondelete", "deferrable", "initially")
    return tuple(str(said.get(name) or "no action").lower() for name in names)
