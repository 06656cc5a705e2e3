"""What features declare, each as what makes it, in a migration and on trial. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import MetaData

from ....supabase.tables.functions import DeclaredFunction, declared_functions
from ....supabase.tables.grants import API_ROLES, Grant
from ....supabase.tables.policies import named_roles
from ....supabase.tables.triggers import DeclaredTrigger, declared_triggers
from ....supabase.tables.views import DeclaredView, declared_views
from ...failure import Failure
from ...schema.scope import MANAGED
from ..policies.declared import reaching
from .made import Mark
from .statements import (
    create_function,
    create_index,
    create_trigger,
    create_view,
    full,
    or_replace,
    quote,
)

TRIAL, ROWS = "%1$I", '"%1$s rows"'
"""The name of what is made on trial, and of a table that has its columns."""

CONSTRAINT = (
    "functions.py: the trigger {name} on {table}: leave out constraint=, as a migration may not"
    " drop a trigger there, and Postgres replaces none that is a constraint"
)


class WantedIndex(NamedTuple):
    """An index of a materialized view: its name, the same as SQL, and what makes it."""

    name: str
    full: str
    create: str


@dataclass(frozen=True)
class Wanted:
    """Something that is declared."""

    mark: Mark
    place: str
    """What stands for it in the statement that makes it; of a trigger its table."""
    create: str
    trial: tuple[str, ...]
    """What makes it among what is temporary, so that Postgres says it in its own words."""
    indexes: tuple[WantedIndex, ...] = ()
    grants: frozenset[Grant] = frozenset()
    leave: str | None = None
    """What a downgrade says where it may not just drop it."""


def wanted(metadata: MetaData) -> list[Wanted]:
    """Return everything that is declared: functions, then views, then triggers."""
    triggers = declared_triggers(metadata)
    called = {each.function for each in triggers if MANAGED.fullmatch(each.schema)}
    return [
        *(_function(each, called) for each in declared_functions(metadata)),
        *map(_view, declared_views(metadata)),
        *map(_trigger, triggers),
    ]


def watched_roles(metadata: MetaData) -> set[str]:
    """Return the roles whose grants are as they are declared, or taken away."""
    granted = chain.from_iterable(view.grants for view in declared_views(metadata))
    executing = chain.from_iterable(each.execute for each in declared_functions(metadata))
    named = {grant.role for grant in granted} | {*executing}
    reached = {grant.role for grant in reaching(Grant(role, "select") for role in named)}
    return {*API_ROLES, "public", *named_roles(metadata), *named, *reached}


def _view(view: DeclaredView) -> Wanted:
    name = full(view.schema, view.name)
    kind = "materialized view" if view.materialized else "view"
    trial = [_escaped(create_view, view, TRIAL, "temporary view")]
    if view.indexes:
        trial.append(f"create temporary table {ROWS} (like {TRIAL})")
        trial += [_escaped(create_index, index, ROWS) for index in view.indexes]
    return Wanted(
        Mark(kind, name),
        name,
        create_view(view, name, kind),
        tuple(trial),
        tuple(
            WantedIndex(index.name, full(view.schema, index.name), create_index(index, name))
            for index in view.indexes
        ),
        frozenset(reaching(view.grants)),
    )


def _function(function: DeclaredFunction, called: Collection[tuple[str, str]]) -> Wanted:
    place = full(function.schema, function.name)
    name = f"{place}({', '.join(function.types)})"
    return Wanted(
        Mark("function", name),
        place,
        create_function(function, place),
        (_escaped(create_function, function, f"pg_temp.{TRIAL}"),),
        grants=frozenset(reaching(Grant(role, "execute") for role in function.execute)),
        # A trigger on a table of Supabase's goes with its function, and by no other way.
        leave=f"drop function {name} cascade" if function.key[:2] in called else None,
    )


def _trigger(trigger: DeclaredTrigger) -> Wanted:
    table = full(trigger.schema, trigger.table)
    if trigger.constraint and MANAGED.fullmatch(trigger.schema):
        raise Failure(CONSTRAINT.format(name=quote(trigger.name), table=table))
    # Only a view has triggers that act instead.
    is_on_view = trigger.moment == "instead of"
    as_there = f"view {TRIAL} as table %s" if is_on_view else f"table {TRIAL} (like %s)"
    on = f"create temporary {as_there.replace('%s', _doubled(table))}"
    trial = (on, _escaped(create_trigger, trigger, TRIAL))
    mark = Mark("trigger", quote(trigger.name), table)
    silent = or_replace(create_trigger(replace(trigger, when="false"), table))
    leave = silent if MANAGED.fullmatch(trigger.schema) else None
    return Wanted(mark, table, create_trigger(trigger, table), trial, leave=leave)


def _escaped(create: Any, said: Any, name: str, *rest: Any) -> str:
    """Return a statement for `format()`, which puts the *name* in."""
    mark = "\0"
    return _doubled(create(said, mark, *rest)).replace(mark, name)


def _doubled(text: str) -> str:
    return text.replace("%", "%%")
