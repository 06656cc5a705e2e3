"""What a column is computed from. Another expression means another column, computed anew."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Computed

from ..expressions import Question
from .change import Change, Remark, Step, Suspect, added
from .declared import Declared, Pair
from .defaults import changed
from .found import Dependent, FoundColumn
from .parts import unwrapped
from .retyped import Retyped

COMPUTED = (
    "Postgres computes {} of every row anew: the table is rewritten, and locked until that is done."
)
LOST = (
    "What {} holds is lost: Postgres computes it of every row, and the table is locked meanwhile."
)
KINDS = {
    "c": "check",
    "f": "foreign key",
    "p": "primary key",
    "u": "unique constraint",
    "x": "exclusion",
}
KEPT = "{} keeps what it holds, and is computed no more."


def suspects(declared: Declared, retyped: Retyped) -> Iterator[Suspect]:
    """Yield the columns whose expression may differ, or which one side alone computes."""
    for pair in declared.pairs:
        for column in pair.table.columns:
            found = pair.found.columns.get(column.name)
            if (
                found
                and (found.generated or isinstance(column.server_default, Computed))
                and declared.is_ours(column, column.name, "column")
            ):
                yield from _of_column(declared, pair, column, retyped)


def hanging(column: Suspect, dependents: list[Dependent]) -> Iterator[Suspect]:
    """Yield what goes with *column* and comes again; with one that is kept, in a downgrade only."""
    table = column.anew[0] if column.anew else ""
    for each in dependents:
        if each.index_definition:
            what = f"index {each.kind} of {table}"
            comes = Change(what, (each.index_definition,), (f"drop index {each.name}",))
        else:
            made = added(KINDS[each.kind], table, each.name, each.constraint or "")
            what, comes = made.what, made
        leaves = comes.reverse()
        if column.is_kept:
            yield Suspect(what, leaves=replace(leaves, do=()))
        else:
            yield Suspect(what, leaves=leaves, comes=comes)


def _of_column(
    declared: Declared, pair: Pair, column: Column[Any], retyped: Retyped
) -> Iterator[Suspect]:
    found = pair.found.columns[column.name]
    what = f"generated column {pair.name}.{column.name}"
    computed, before = column.server_default, found.expression or ""
    anew = (pair.name, column.name)
    if not isinstance(computed, Computed):
        if found.generated == "s":
            leaves, comes = _kept(declared, pair, column, found)
            yield Suspect(what, (), leaves, comes, anew, is_kept=True)
        else:
            leaves, comes = _replaced(declared, pair, column, found)
            yield Suspect(what, (), leaves, comes, anew)
        return
    now = declared.expression(computed.sqltext)
    same_kind = found.generated == ("v" if computed.persisted is False else "s")
    said = declared.as_before(pair.table.columns, now, before)
    is_in_the_way = retyped.is_computed_from(declared.place(pair.table), before)
    if same_kind and unwrapped(said) == unwrapped(before) and not is_in_the_way:
        return
    is_open = same_kind and not is_in_the_way
    questions = (Question(pair.name, said, before, "value"),) if is_open else ()
    leaves, comes = _replaced(declared, pair, column, found)
    yield Suspect(what, questions, leaves, comes, anew)


def _kept(
    declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn
) -> tuple[Change, Change | None]:
    """Return what it is computed by no more, and its default, which its new type may need."""
    does = f"alter table {pair.name} alter column {declared.quote(column.name)}"
    default = declared.default(column)
    do = (Remark(KEPT.format(column.name)), f"{does} drop expression")
    what = f"generated column {pair.name}.{column.name}"
    comes = changed(what, pair.name, declared.quote(column.name), default, None)
    leaves = Change(what, do, _back(declared, pair, column, found))
    return leaves, comes if default else None


def _replaced(
    declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn
) -> tuple[Change, Change]:
    """Return what drops the column, and what makes it again when the others are as they will be."""
    schema, name = pair.table.schema, pair.table.name
    warning = COMPUTED if found.generated else LOST
    drop, before = _back(declared, pair, column, found)
    made = ops.AddColumnOp.from_column_and_tablename(schema, name, column)
    what = f"generated column {pair.name}.{column.name}"
    remark = Remark(warning.format(column.name))
    return Change(what, (remark, drop), (before,)), Change(what, (made,), (drop,))


def _back(
    declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn
) -> tuple[Step, Step]:
    name = declared.quote(column.name)
    kind = {"s": "stored", "v": "virtual"}.get(found.generated)
    words = [name, found.type]
    words += [f"collate {found.collation}"] if found.collation else []
    if kind:
        words.append(f"generated always as ({unwrapped(found.expression or '')}) {kind}")
    elif found.expression:
        words.append(f"default {found.expression}")
    words += ["not null"] if found.is_required else []
    return (
        ops.DropColumnOp(pair.table.name, column.name, schema=pair.table.schema),
        f"alter table {pair.name} add column {' '.join(words)}",
    )
