"""What comes before what in a revision, and the ways back that Alembic would lose parts of."""

from collections.abc import Collection, Iterable, Iterator

from alembic.operations import ops
from sqlalchemy import ForeignKeyConstraint

from .change import Change, Suspect, added
from .declared import Declared
from .found import FoundTable, Place
from .parts import key_parts

COLUMNS = (ops.AddColumnOp, ops.AlterColumnOp)
DROPS = (ops.DropIndexOp, ops.DropConstraintOp)

Operations = list[ops.MigrateOperation]


def arrange(
    declared: Declared,
    upgrade: ops.UpgradeOps,
    differing: Collection[Suspect],
    types: tuple[list[Change], list[Change]],
) -> None:
    """Put what differs around what Alembic found; *types* come before and go after all of it.

    What goes does so first, foreign keys before what they refer to, and columns that are made anew
    last. What others are made of comes early: columns, keys, and those that are made anew. Tables
    go when nothing refers to them any more.
    """
    leaves: list[Change] = []
    columns: list[Change] = []
    early: list[Change] = []
    late: list[Change] = []
    for each in differing:
        if each.leaves:
            (columns if each.anew else leaves).append(each.leaves)
        if each.comes:
            (early if each.anew or each.is_early else late).append(each.comes)
    anew = {each.anew for each in differing if each.anew and not each.is_kept}
    _leave_out(declared, upgrade, anew)
    tables = [each for each in upgrade.ops if isinstance(each, ops.DropTableOp)]
    rest = [each for each in upgrade.ops if not isinstance(each, ops.DropTableOp)]
    first, own, others = _parted(declared, rest)
    others += _between_new(upgrade)
    before, after = types
    dropped = _referring_first(declared, tables)
    upgrade.ops[:] = [
        *(*before, *first, *leaves, *columns),
        *(*own, *early, *others, *late, *dropped, *after),
    ]


def _between_new(upgrade: ops.UpgradeOps) -> Iterator[ops.MigrateOperation]:
    """Yield the keys that new tables get when all are there: Alembic leaves them to the next."""
    for operation in upgrade.ops:
        if isinstance(operation, ops.CreateTableOp):
            for each in operation.to_table().foreign_key_constraints:
                if each.use_alter:
                    yield ops.CreateForeignKeyOp.from_constraint(each)


def _leave_out(
    declared: Declared, upgrade: ops.UpgradeOps, anew: Collection[tuple[str, str]]
) -> None:
    """Leave columns that are made *anew* as they are until they go."""
    for operation in upgrade.ops if anew else ():
        if isinstance(operation, ops.ModifyTableOps):
            table = declared.sql_name(declared.place_of(operation))
            operation.ops[:] = [
                each
                for each in operation.ops
                if not isinstance(each, ops.AlterColumnOp) or (table, each.column_name) not in anew
            ]


def _referring_first(
    declared: Declared, tables: Iterable[ops.DropTableOp]
) -> Iterator[ops.MigrateOperation]:
    """Yield what drops *tables*, each before those that it refers to; Alembic knows no order."""
    left = {declared.place_of(each): each for each in tables}
    while left:
        keys = {
            (place, (each.target[0], each.target[1]))
            for place in left
            for each in declared.found.get(place, FoundTable()).constraints.values()
            if each.target
        }
        referred = {target for place, target in keys if place != target and place in left}
        free = [place for place in left if place not in referred]
        if not free:
            # Each refers to another: none can go, and in a downgrade come, before their keys do.
            left = {place: _apart(declared, drop, left) for place, drop in left.items()}
            yield from _keys_between(declared, left)
            free = [*left]
        for place in sorted(free):
            yield left.pop(place)


def _keys_between(declared: Declared, places: Collection[Place]) -> Iterator[Change]:
    for place in sorted(places):
        for name, each in declared.found[place].constraints.items():
            target = tuple(each.target or ())
            if target in places and target != place:
                table, quoted = declared.sql_name(place), declared.quote(name)
                yield added("foreign key", table, quoted, each.definition).reverse()


def _apart(
    declared: Declared, operation: ops.DropTableOp, places: Collection[Place]
) -> ops.DropTableOp:
    """Return what drops a table, and makes it again without its keys to the others of *places*."""
    made, own = operation.reverse(), declared.place_of(operation)
    gone = {
        name
        for name, each in declared.found[own].constraints.items()
        if tuple(each.target or ()) in places and tuple(each.target or ()) != own
    }
    made.columns = [
        each
        for each in made.columns
        if not (isinstance(each, ForeignKeyConstraint) and each.name in gone)
    ]
    return made.reverse()


def _parted(declared: Declared, operations: Iterable[ops.MigrateOperation]) -> list[Operations]:
    """Part what goes, the columns that come or change, and all else."""
    parts: list[Operations] = [[], [], [], []]
    for operation in operations:
        if not isinstance(operation, ops.ModifyTableOps):
            parts[-1].append(operation)
            continue
        for number, part in enumerate(parts):
            some = [each for each in operation.ops if _part(each) == number]
            if some:
                _computed_first(declared.found.get(declared.place_of(operation)), some)
                name, schema = operation.table_name, operation.schema
                part.append(ops.ModifyTableOps(name, some, schema=schema))
    foreign_keys, drops, columns, others = parts
    return [[*foreign_keys, *drops], columns, others]


def _computed_first(found: FoundTable | None, operations: Operations) -> None:
    """Drop columns before those that they are computed from."""
    columns = found.columns if found else {}
    computed = [
        each
        for each in operations
        if isinstance(each, ops.DropColumnOp)
        and each.column_name in columns
        and columns[each.column_name].generated
    ]
    operations[:] = [*computed, *(each for each in operations if each not in computed)]


def _part(operation: ops.MigrateOperation) -> int:
    steps = operation.do if isinstance(operation, Change) else (operation,)
    dropped = [each for each in steps if isinstance(each, DROPS)]
    if dropped:
        of_keys = [each for each in dropped if isinstance(each, ops.DropConstraintOp)]
        return 0 if any(each.constraint_type == "foreignkey" for each in of_keys) else 1
    # Of those that are in a table, a change by statements renames a column.
    return 2 if isinstance(operation, (*COLUMNS, Change)) else 3


def keep_ways_back(declared: Declared, upgrade: ops.UpgradeOps) -> None:
    """Have a downgrade make each index and each key that is dropped as it was."""
    every: Operations = []
    for operation in upgrade.ops:
        if isinstance(operation, ops.DropTableOp):
            place = declared.place_of(operation)
            every += _lost(declared, place, declared.found.get(place, FoundTable()))
        every.append(operation)
        if isinstance(operation, ops.ModifyTableOps):
            place = declared.place_of(operation)
            found = declared.found.get(place, FoundTable())
            operation.ops[:] = [_kept(declared, place, found, each) for each in operation.ops]
    upgrade.ops[:] = every


def _lost(declared: Declared, place: Place, found: FoundTable) -> Iterator[Change]:
    """Yield what Alembic does not know of when it makes a table again."""
    for name, each in found.constraints.items():
        is_deferrable = each.kind in "pu" and key_parts(each.definition).is_deferrable
        if each.kind == "x" or is_deferrable:
            table, quoted = declared.sql_name(place), declared.quote(name)
            made = added("constraint", table, quoted, each.definition)
            again = made.do if each.kind == "x" else (*made.undo, *made.do)
            yield Change(made.what, (), again)


def _kept(
    declared: Declared, place: Place, found: FoundTable, operation: ops.MigrateOperation
) -> ops.MigrateOperation:
    if isinstance(operation, ops.DropIndexOp):
        definition = found.indexes.get(str(operation.index_name))
        name = declared.quote(str(operation.index_name))
        return Change(f"index {name}", (operation,), (definition,)) if definition else operation
    if isinstance(operation, ops.DropConstraintOp):
        was = found.constraints.get(str(operation.constraint_name))
        name, table = declared.quote(str(operation.constraint_name)), declared.sql_name(place)
        if was:
            add = f"alter table {table} add constraint {name} {was.definition}"
            return Change(f"dropped constraint {name} of {table}", (operation,), (add,))
    return operation
