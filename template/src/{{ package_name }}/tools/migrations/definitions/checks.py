"""The conditions that every row of a table meets: CHECK constraints."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import CheckConstraint

from ..expressions import Question
from .advice import SCANS
from .change import Change, Remark, Suspect, added
from .declared import Declared, Pair
from .parts import unwrapped
from .retyped import Retyped

CANNOT_BE_SAID = re.compile(r" (?:NO INHERIT|NOT ENFORCED)$")
"""What a model has no word for, and so does not miss."""


def suspects(declared: Declared, retyped: Retyped) -> Iterator[Suspect]:
    """Yield what may have been added, changed or removed, by name."""
    for pair in declared.pairs:
        yield from _of_table(declared, pair, retyped)


def _of_table(declared: Declared, pair: Pair, retyped: Retyped) -> Iterator[Suspect]:
    found = {name: each for name, each in pair.found.constraints.items() if each.kind == "c"}
    has_unnamed = False
    for check in pair.table.constraints:
        if not isinstance(check, CheckConstraint) or not declared.is_made(check):
            continue
        name = declared.name(check)
        if name is None:
            has_unnamed = True
            continue
        was = found.pop(name, None)
        if not declared.is_ours(check, name, "check_constraint"):
            continue
        comes = _comes(declared, pair, name, check)
        if was is None:
            yield Suspect(comes.what, comes=comes)
            continue
        now, before = declared.expression(check.sqltext), was.expression or ""
        is_in_the_way = retyped.is_read_by(declared.place(pair.table), before)
        if is_in_the_way or unwrapped(now) != unwrapped(before):
            said = declared.as_before(pair.table.columns, now, before)
            question = Question(pair.name, said, before, "value")
            leaves = added("check", pair.name, declared.quote(name), was.definition).reverse()
            yield Suspect(comes.what, () if is_in_the_way else (question,), leaves, comes)
    for name, was in found.items():
        # Postgres named those that a model does not name.
        is_unnamed = has_unnamed and name.endswith("_check")
        if was.is_local and not is_unnamed and not CANNOT_BE_SAID.search(was.definition):
            leaves = added("check", pair.name, declared.quote(name), was.definition).reverse()
            yield Suspect(leaves.what, leaves=leaves)


def _comes(declared: Declared, pair: Pair, name: str, check: CheckConstraint) -> Change:
    change = added("check", pair.name, declared.quote(name), declared.check(check))
    remark = Remark(SCANS.format(table=pair.name, name=declared.quote(name)))
    return replace(change, do=(remark, *change.do))
