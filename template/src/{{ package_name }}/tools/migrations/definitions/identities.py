"""Columns that count by themselves: whether a row may bring its own number, and how it goes on."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Identity

from .change import Change, Remark, Step, Suspect
from .declared import Declared, Pair
from .defaults import changed
from .found import FoundIdentity
from .retyped import Retyped

LIMITS = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}

BEGINS = (
    "It begins at {}: if there are rows, have it begin behind them, by"
    " `alter table {} alter column {} restart with ...`."
)


def suspects(declared: Declared, retyped: Retyped) -> Iterator[Suspect]:
    """Yield the columns that differ, for sure: none of it is an expression."""
    for pair in declared.pairs:
        for column in pair.table.columns:
            found = pair.found.columns.get(column.name)
            was = pair.found.identities.get(column.name)
            now = said(column, found.type) if found else None
            is_said = now is not None or not _counts(column)
            if found and now != was and is_said and declared.is_ours(column, column.name, "column"):
                place = declared.place(pair.table)
                if retyped.counts_on(place, column.name):
                    change = _change(declared, pair, column, now, was)
                    yield Suspect(change.what, comes=change)
                else:
                    old = declared.quote(retyped.old_name(place, column.name))
                    yield _around(declared, pair, column, old, was)


def said(column: Column[Any], type_: str) -> FoundIdentity | None:
    """Return what *column*, of this type in the database, is declared as; None if it is none."""
    identity = column.identity
    if not isinstance(identity, Identity):
        return None
    limit = LIMITS.get(type_, LIMITS["bigint"])
    by = identity.increment or 1
    least, most = (1, limit) if by > 0 else (-limit - 1, -1)
    least = least if identity.minvalue is None else identity.minvalue
    most = most if identity.maxvalue is None else identity.maxvalue
    start = identity.start
    if start is None:
        start = least if by > 0 else most
    cache, is_cycling = identity.cache or 1, bool(identity.cycle)
    return FoundIdentity(bool(identity.always), start, by, least, most, cache, is_cycling)


def _counts(column: Column[Any]) -> bool:
    """Whether its model only says that it counts: as `serial` would, or as an identity."""
    return column.table.autoincrement_column is column


def _change(
    declared: Declared,
    pair: Pair,
    column: Column[Any],
    now: FoundIdentity | None,
    was: FoundIdentity | None,
) -> Change:
    name = declared.quote(column.name)
    does = f"alter table {pair.name} alter column {name}"
    what = f"identity of {pair.name}.{column.name}"
    if now and was:
        return Change(what, (f"{does} {_set(was, now)}",), (f"{does} {_set(now, was)}",))
    found = pair.found.columns[column.name]
    default = found.expression if now else declared.default(column)
    without: list[Step] = [f"{does} set default {default}"] if default else []
    dropped = (f"{does} drop identity", *without)
    it = now or was
    begins = Remark(BEGINS.format(it.start if it else 1, pair.name, name))
    no_default: list[Step] = [f"{does} drop default"] if default else []
    added = (begins, *no_default, f"{does} add {_written(it)}" if it else "")
    return Change(what, added, dropped) if now else Change(what, dropped, added)


def _around(
    declared: Declared, pair: Pair, column: Column[Any], old: str, was: FoundIdentity | None
) -> Suspect:
    """Take away, and bring, what one of its two types alone can have; it was called *old*."""
    what, new = f"identity of {pair.name}.{column.name}", declared.quote(column.name)
    found = pair.found.columns[column.name]
    now = said(column, declared.type(column.type))
    gone = _counting(what, pair.name, old, was) if was else None
    gone = gone or _default(what, pair.name, old, found.expression)
    comes = _counting(what, pair.name, new, now) if now else None
    comes = comes or _default(what, pair.name, new, declared.default(column))
    return Suspect(what, leaves=gone.reverse() if gone else None, comes=comes)


def _counting(what: str, table: str, column: str, identity: FoundIdentity) -> Change:
    does = f"alter table {table} alter column {column}"
    begins = Remark(BEGINS.format(identity.start, table, column))
    return Change(what, (begins, f"{does} add {_written(identity)}"), (f"{does} drop identity",))


def _default(what: str, table: str, column: str, default: str | None) -> Change | None:
    return changed(what, table, column, default, None) if default else None


def _written(identity: FoundIdentity) -> str:
    options = (
        f"start with {identity.start} increment by {identity.increment}"
        f" minvalue {identity.minvalue} maxvalue {identity.maxvalue} cache {identity.cache}"
    )
    cycle = " cycle" if identity.cycle else ""
    return f"generated {_kind(identity)} as identity ({options}{cycle})"


def _set(was: FoundIdentity, now: FoundIdentity) -> str:
    """Return what makes the one the other, and no more."""
    words = {
        "always": f"generated {_kind(now)}",
        "start": f"start with {now.start}",
        "increment": f"increment by {now.increment}",
        "minvalue": f"minvalue {now.minvalue}",
        "maxvalue": f"maxvalue {now.maxvalue}",
        "cache": f"cache {now.cache}",
        "cycle": "cycle" if now.cycle else "no cycle",
    }
    before, after = was._asdict(), now._asdict()
    return " ".join(f"set {words[each]}" for each in words if before[each] != after[each])


def _kind(identity: FoundIdentity) -> str:
    return "always" if identity.always else "by default"
