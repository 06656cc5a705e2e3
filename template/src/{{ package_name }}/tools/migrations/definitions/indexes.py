"""What an index sorts by, and for which rows. Alembic tells by name which come and which go."""

from collections.abc import Iterator

from alembic.operations import ops
from sqlalchemy import Index

from ..expressions import Question
from .change import Change, Suspect
from .declared import Declared, Pair
from .parts import Parts, parts, plain
from .retyped import Retyped


def suspects(declared: Declared, retyped: Retyped) -> Iterator[Suspect]:
    """Yield the indexes that may differ from those of the same name."""
    for pair in declared.pairs:
        for index in pair.table.indexes:
            name = declared.name(index)
            definition = pair.found.indexes.get(name or "")
            if name is None or definition is None or not declared.is_ours(index, name, "index"):
                continue
            said = declared.as_before(pair.table.columns, declared.index(index), definition)
            now, was = plain(said), plain(definition)
            questions = differ(pair.name, now, was) if now != was else None
            if retyped.is_read_by(declared.place(pair.table), _read(was)):
                questions = ()
            if questions is not None:
                yield _suspect(declared, pair, index, definition, questions)


def differ(table: str, declared: str, stored: str) -> tuple[Question, ...] | None:
    """Return what to ask whether they differ: nothing if they do, None if they do not."""
    now, was = parts(declared), parts(stored)
    if now == was:
        return None
    if _without_expressions(now) != _without_expressions(was) or bool(now.condition) != bool(
        was.condition
    ):
        return ()
    keys = zip(now.keys, was.keys, strict=True)
    sides = [(key.expression, before.expression) for key, before in keys]
    sides.append((now.condition, was.condition))
    return tuple(Question(table, said, before, "value") for said, before in sides if said != before)


def _read(definition: str) -> str:
    """Return what an index computes of a row: a column alone follows its type."""
    found = parts(definition)
    of_keys = [each.expression for each in found.keys if not each.expression.isidentifier()]
    return " ".join([*of_keys, found.condition])


def _without_expressions(parts: Parts) -> Parts:
    """Return what is no expression."""
    keys = tuple(key._replace(expression="") for key in parts.keys)
    return parts._replace(keys=keys, condition="")


def _suspect(
    declared: Declared, pair: Pair, index: Index, definition: str, questions: tuple[Question, ...]
) -> Suspect:
    what = f"index {declared.name(index)} of {pair.name}"
    drop = ops.DropIndexOp(str(index.name), pair.table.name, schema=pair.table.schema)
    return Suspect(
        what,
        questions,
        leaves=Change(what, (drop,), (definition,)),
        comes=Change(what, (ops.CreateIndexOp.from_index(index),), (drop,)),
    )
