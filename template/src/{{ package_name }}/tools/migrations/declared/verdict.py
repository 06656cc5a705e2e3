"""What is to be done about each thing that is declared, or was. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ....supabase.tables.grants import Grant
from ..policies.declared import LOGIN
from .found import Found, comment_on, fires, grant, make_in_place
from .made import Mark
from .order import bare
from .statements import or_replace
from .wanted import Wanted

Verdict = Literal["new", "gone", "same", "stale", "in place", "appended", "rebuild"]
"""Stale is what says the same, but has columns of rows by heart that they had; appended is a view
that gets more columns behind those that it has, which can be replaced, but not back."""


@dataclass(frozen=True)
class Pair:
    """Something that is declared, was, or both; and what of it is there."""

    mark: Mark
    wanted: Wanted | None
    found: Found | None
    planned: Found | None = None
    """It as it is declared, made on trial."""
    failure: str | None = None
    """Why Postgres could not make it yet."""


def verdict(pair: Pair) -> Verdict:
    """Return what is to be done about *pair*, grants and indexes apart."""
    if pair.found is None:
        return "new"
    if pair.wanted is None:
        return "gone"
    planned, found = pair.planned, pair.found
    if planned is None or pair.mark.kind != found.kind:
        is_trigger = pair.mark.kind == found.kind == "trigger"
        is_constraint = CONSTRAINT.match(pair.wanted.create) or CONSTRAINT.match(found.definition)
        return "in place" if is_trigger and not is_constraint else "rebuild"
    said = planned.as_if(found.place)
    if said.definition == found.definition and said.shape == found.shape:
        return "same" if said.usual_options == found.usual_options else "in place"
    if said.shape == found.shape and not CONSTRAINT.match(found.definition):
        return "in place" if found.kind in REPLACED else "rebuild"
    is_longer = found.kind == "view" and said.shape[: len(found.shape)] == found.shape
    return "appended" if is_longer else "rebuild"


CONSTRAINT = re.compile("create constraint trigger ", re.IGNORECASE)
"""What Postgres refuses to replace."""

REPLACED = {"view", "function", "trigger"}
"""What `or replace` can change, as long as its columns, or arguments and result, are the same; or
as it is a constraint or none.
"""


def come(pair: Pair, roles: Iterable[str]) -> list[str]:
    """Return the statements that make what is declared, where nothing has its name."""
    said = pair.wanted
    if said is None:
        return []
    grants = grant(pair.mark.kind, pair.mark.name, granted(pair, roles), roles)
    comment = comment_on(pair.mark.kind, pair.mark.full, pair.found.comment if pair.found else None)
    # One on a table of Supabase's may be there, silenced.
    create = or_replace(said.create) if pair.mark.kind == "trigger" and said.leave else said.create
    return [_marked(pair, create), *(each.create for each in said.indexes), *grants, *comment]


def leave(pair: Pair) -> str:
    """Return the statement that drops what is declared."""
    said = pair.wanted
    return said.leave if said and said.leave else f"drop {pair.mark.kind} {pair.mark.full}"


def come_in_place(pair: Pair) -> tuple[list[str], list[str]]:
    """Return the statements that put what is declared in the place of what is there, and undo it.

    `or replace` leaves no option as it was: each is said again.
    """
    if pair.wanted is None or pair.found is None:
        return [], []
    again = fires(pair.found, "") if pair.found.options else []
    do = [_marked(pair, or_replace(pair.wanted.create)), *again]
    return do, make_in_place(pair.found)


def regrant(pair: Pair, roles: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the statements that grant what is declared and no more, and those that undo them."""
    found = pair.found
    now = granted(pair, roles)
    if found is None or found.grants == now:
        return [], []
    kind, name = found.kind, found.name
    named = {*roles, *(each.role for each in found.grants)}
    return grant(kind, name, now, named), grant(kind, name, found.grants, named)


def reindex(pair: Pair) -> tuple[list[str], list[str]]:
    """Return the statements that make the indexes as they are declared, and undo it."""
    said, found, planned = pair.wanted, pair.found, pair.planned
    if said is None or found is None or planned is None:
        return [], []
    there = dict(zip(map(bare, found.index_names), found.indexes, strict=True))
    full = dict(zip(there, found.index_names, strict=True))
    tried = planned.as_if(found.place).indexes
    wanted = dict(zip(map(bare, planned.index_names), tried, strict=True))
    old = [name for name in there if there[name] != wanted.get(name)]
    new = [each for each in said.indexes if wanted.get(each.name) != there.get(each.name)]
    do = [*(f"drop index {full[name]}" for name in old), *(each.create for each in new)]
    return do, [*(f"drop index {each.full}" for each in new), *(there[name] for name in old)]


def granted(pair: Pair, roles: Iterable[str]) -> frozenset[Grant]:
    """Return what is declared, and what roles have that no declaration names."""
    was = pair.found.grants if pair.found else frozenset[Grant]()
    watched = {*roles, LOGIN}
    said = pair.wanted.grants if pair.wanted else frozenset[Grant]()
    return said | {each for each in was if each.role not in watched}


def _marked(pair: Pair, statement: str) -> str:
    return f"{pair.mark.line}\n{statement}"
