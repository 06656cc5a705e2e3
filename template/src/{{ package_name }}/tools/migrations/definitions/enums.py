"""The values of enums; and that an enum comes with its first column and goes with its last."""

import logging
from collections.abc import Iterable, Iterator, Sequence

from alembic.operations import ops
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import ENUM

from .change import Change, Committed, Remark, Step
from .declared import RENAMED_VALUES, Declared
from .found import Place
from .named_types import Gone, columns_gone, declared_types, is_unused, place_of

log = logging.getLogger(__name__)

REMOVED = (
    "the enum %s: Postgres cannot take away %s, which no model has: declare it again, or move its"
    " rows to another type by hand"
)
ORDER = "the enum %s: Postgres cannot change the order of its values, so declare them as %s"
KEPT = "Postgres cannot take a value away, so {} keeps {}."

ENUMS = text("""
    select nspname, typname, array_agg(enumlabel::text order by enumsortorder)
    from pg_enum
    join pg_type on pg_type.oid = enumtypid
    join pg_namespace on pg_namespace.oid = typnamespace
    group by 1, 2
""")


class Enum:
    """An enum that the models have."""

    def __init__(self, type_: ENUM) -> None:
        self.type = type_
        self.values = list(type_.enums)
        self.renamed: dict[str, str] = {}


def changes(
    declared: Declared, connection: Connection, upgrade: ops.UpgradeOps, domains: Iterable[Place]
) -> tuple[list[Change], list[Change]]:
    """Return what happens to enums before the tables change, and after it and that *domains* go."""
    wanted = _declared(declared)
    gone = [
        (column, [place_of(declared, each) for each in types if isinstance(each, ENUM)])
        for column, types in columns_gone(declared, upgrade)
    ]
    if not (wanted or gone):
        return [], []
    found = {(schema, name): values for schema, name, values in connection.execute(ENUMS)}
    before: list[Change] = []
    for place, enum in wanted.items():
        name = declared.sql_name(place)
        if place in found:
            before += _changed(name, enum, found[place])
        elif enum.type.create_type:
            before.append(_created(name, enum.values))
    left = {place for _, enums in gone for place in enums if place in found} - set(wanted)
    users: Gone = {column for column, _ in gone} | {(*domain, "") for domain in domains}
    after = [
        _created(declared.sql_name(place), found[place]).reverse()
        for place in sorted(left)
        if is_unused(connection, place, users)
    ]
    return before, after


def _declared(declared: Declared) -> dict[Place, Enum]:
    found: dict[Place, Enum] = {}
    for column, type_ in declared_types(declared):
        if isinstance(type_, ENUM):
            enum = found.setdefault(place_of(declared, type_), Enum(type_))
            enum.renamed |= column.info.get(RENAMED_VALUES, {})
    return found


def _created(name: str, values: Iterable[str]) -> Change:
    make = f"create type {name} as enum ({', '.join(map(_literal, values))})"
    return Change(f"enum {name}", (make,), (f"drop type {name}",))


def _changed(name: str, enum: Enum, found: Sequence[str]) -> Iterator[Change]:
    """Yield what can be changed of it, and say what cannot."""
    old = {
        new: was
        for was, new in enum.renamed.items()
        if was in found and was not in enum.values and new in enum.values and new not in found
    }
    # As the database calls them: what is renamed is so only when the others are there.
    wanted = [old.get(value, value) for value in enum.values]
    added = [value for value in wanted if value not in found]
    if added:
        statements = [_add(name, value, wanted, found) for value in added]
        kept = KEPT.format(name, " and ".join(map(_literal, added)))
        yield Change(f"enum {name}", (Committed(statements),), (Remark(kept),))
    for new, was in old.items():
        do: Step = f"alter type {name} rename value {_literal(was)} to {_literal(new)}"
        undo: Step = f"alter type {name} rename value {_literal(new)} to {_literal(was)}"
        yield Change(f"enum {name}", (do,), (undo,))
    if removed := [value for value in found if value not in wanted]:
        log.warning(REMOVED, name, ", ".join(map(_literal, removed)))
    there = [value for value in found if value in wanted]
    if there != [value for value in wanted if value in found]:
        log.warning(ORDER, name, ", ".join(map(_literal, there)))


def _add(name: str, value: str, wanted: Sequence[str], found: Sequence[str]) -> str:
    """Return what puts *value* before the next that is there already, or else behind all."""
    later = wanted[wanted.index(value) + 1 :]
    place = next((f" before {_literal(each)}" for each in later if each in found), "")
    # The statement stays done where a later one of the revision fails, and is then met again.
    return f"alter type {name} add value if not exists {_literal(value)}{place}"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
