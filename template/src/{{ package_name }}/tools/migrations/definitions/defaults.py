"""What a column gets where no value is given. No default is ever executed, not even to compare."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, DefaultClause, FetchedValue

from ..expressions import Question
from .change import Change, Suspect
from .declared import Declared, Pair
from .found import FoundColumn
from .retyped import Retyped

LITERAL = re.compile(r"'(?:[^']|'')*'")
ARGUMENTS = re.compile(r"\([\d,]+\)")
NEXT = re.compile(r"nextval\('(.+)'::regclass\)")
"""The default of a `serial`."""


def suspects(declared: Declared, retyped: Retyped) -> Iterator[Suspect]:
    """Yield the defaults that may differ. Those of identities and of `serial` never do."""
    for pair in declared.pairs:
        for column in pair.table.columns:
            found = pair.found.columns.get(column.name)
            if found and _has_default(column, found):
                now, was = normal(declared.default(column)), normal(found.expression)
                place = declared.place(pair.table)
                if now is None and found.owns_sequence and retyped.counts_on(place, column.name):
                    continue
                if retyped.is_another(place, column.name):
                    old = declared.quote(retyped.old_name(place, column.name))
                    yield _anew(declared, pair, column, found, old)
                elif now != was:
                    yield _suspect(declared, pair, column, found)


def _has_default(column: Column[Any], found: FoundColumn) -> bool:
    """Whether its default is an expression on both sides, or nothing."""
    said: FetchedValue | None = column.server_default
    is_plain = said is None or isinstance(said, DefaultClause)
    return is_plain and not found.is_identity and not found.generated


def normal(default: str | None) -> str | None:
    """Return a default, None where it is none."""
    return None if default is None or default.upper() == "NULL" else default


def _suspect(declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn) -> Suspect:
    now, was = normal(declared.default(column)), normal(found.expression)
    questions: tuple[Question, ...] = ()
    if now is not None and was is not None:
        said = declared.as_before([column], now, was)
        said = was if is_cast(said, was, found.type) else said
        questions = (Question(found.type, said, was, "default"),)
    what = f"default of {pair.name}.{column.name}"
    comes = changed(what, pair.name, declared.quote(column.name), now, was)
    return Suspect(what, questions, comes=comes)


def _anew(
    declared: Declared, pair: Pair, column: Column[Any], found: FoundColumn, old: str
) -> Suspect:
    """Take the default away while the column, of this *old* name, gets another type."""
    what, name = f"default of {pair.name}.{column.name}", declared.quote(column.name)
    now, was = normal(declared.default(column)), normal(found.expression)
    leaves = changed(what, pair.name, old, None, was) if was else None
    counted = NEXT.fullmatch(was or "") if found.owns_sequence else None
    if leaves and counted:
        # What nothing counts in needs no sequence, and has none where it is made new.
        sequence = counted[1].replace("''", "'")
        made = f"create sequence {sequence} as {found.type} owned by {pair.name}.{old}"
        leaves = replace(
            leaves, do=(*leaves.do, f"drop sequence {sequence}"), undo=(made, *leaves.undo)
        )
    comes = changed(what, pair.name, name, now, None) if now else None
    return Suspect(what, leaves=leaves, comes=comes)


def changed(what: str, table: str, column: str, now: str | None, was: str | None) -> Change:
    """Return what gives a column another default; None is no default. Names are as SQL has them."""
    return Change(what, (_set(table, column, now),), (_set(table, column, was),))


def is_cast(now: str, was: str, type_: str) -> bool:
    """Whether Postgres only wrote the column's type behind a literal."""
    name = ARGUMENTS.sub("", type_)
    return LITERAL.fullmatch(now) is not None and was == f"{now}::{name}"


def _set(table: str, column: str, default: str | None) -> str:
    does = "drop default" if default is None else f"set default {default}"
    return f"alter table {table} alter column {column} {does}"
