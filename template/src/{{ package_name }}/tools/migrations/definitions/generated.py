"""What a column is computed from. Another expression means another column, computed anew."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Computed

from ..expressions import Question
from .change import Change, Remark, Step, Suspect, added
from .declared import Declared, Pair
from .found import Dependent, FoundColumn
from .parts import unwrapped

COMPUTED = (
    "Postgres computes {} of every row anew: the table is rewritten, and locked until that is done."
)
LOST = (
    "What {} holds is lost: Postgres computes it of every row, and the table is locked meanwhile."
)
KEPT = "{} keeps what it holds, and is computed no more."


def suspects(declared: Declared) -> Iterator[Suspect]:
    """Yield the columns whose expression may differ, or which one side alone computes."""
    for pair in declared.pairs:
        for column in pair.table.columns:
            found = pair.found.columns.get(column.name)
            if (
                found
                and (found.generated or isinstance(column.server_default, Computed))
                and declared.is_ours(column, column.name, "column")
            ):
                yield from _of_column(declared, pair, column, found)


def hanging(table: str, dependents: list[Dependent]) -> Iterator[Suspect]:
    """Yield what goes with a column, and comes again with it."""
    for each in dependents:
        what = f"{each.name} of {table}"
        if each.index_definition:
            comes = Change(what, (each.index_definition,), (f"drop index {each.name}",))
        else:
            made = added("constraint", table, each.name, each.constraint or "")
            comes = replace(made, what=what)
        yield Suspect(what, leaves=comes.reverse(), comes=comes)


def _of_column(
    declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn
) -> Iterator[Suspect]:
    what = f"generated column {pair.name}.{column.name}"
    computed, before = column.server_default, found.expression or ""
    anew = (pair.name, column.name)
    if not isinstance(computed, Computed):
        if found.generated == "s":
            yield Suspect(what, comes=_kept(declared, pair, column, found))
        else:
            yield Suspect(what, comes=_replaced(declared, pair, column, found), anew=anew)
        return
    now = declared.expression(computed.sqltext)
    same_kind = found.generated == ("v" if computed.persisted is False else "s")
    if same_kind and unwrapped(now) == unwrapped(before):
        return
    questions = (Question(pair.name, now, before, "value"),) if same_kind else ()
    yield Suspect(what, questions, comes=_replaced(declared, pair, column, found), anew=anew)


def _kept(declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn) -> Change:
    does = f"alter table {pair.name} alter column {declared.quote(column.name)}"
    default = declared.default(column)
    do: list[Step] = [Remark(KEPT.format(column.name)), f"{does} drop expression"]
    do += [f"{does} set default {default}"] if default else []
    what = f"generated column {pair.name}.{column.name}"
    return Change(what, tuple(do), _back(declared, pair, column, found))


def _replaced(declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn) -> Change:
    schema, name = pair.table.schema, pair.table.name
    warning = COMPUTED if found.generated else LOST
    do: tuple[Step, ...] = (
        Remark(warning.format(column.name)),
        ops.DropColumnOp(name, column.name, schema=schema),
        ops.AddColumnOp.from_column_and_tablename(schema, name, column),
    )
    what = f"generated column {pair.name}.{column.name}"
    return Change(what, do, _back(declared, pair, column, found))


def _back(
    declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn
) -> tuple[Step, ...]:
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
