"""Names of constraints that need not be said: those that the base of a class gives. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from ..schema.relations import Column, Constraint, Index, IndexKey
from .plan import Planned, primary

OURS = {
    "primary": "pk_{}",
    "unique": "uq_{}_{}",
    "foreign": "fk_{}_{}",
    "check": "ck_{}_{}",
    "index": "ix_{}_{}",
}
POSTGRES = {
    "primary": "{}_pkey",
    "unique": "{}_{}_key",
    "foreign": "{}_{}_fkey",
    "check": "{}_{}_check",
    "index": "{}_{}_idx",
}


def base(planned: Planned) -> str:
    """Return what the class of a table is made of."""
    if planned.is_view:
        return "View"
    return "Existing" if _forms(planned) is POSTGRES else "Base"


def usual_name(planned: Planned, kind: str, columns: Sequence[str] = ()) -> str:
    """Return what a constraint of these columns is called where nobody named it."""
    return _forms(planned)[kind].format(planned.relation.name, "_".join(columns))


def middle(planned: Planned, check: str) -> str | None:
    """Return what the name of a check has between the parts that the base adds, if it has them."""
    start, end = usual_name(planned, "check", ["\0"]).split("\0")
    inner = check.removeprefix(start).removesuffix(end)
    return inner if inner and f"{start}{inner}{end}" == check else None


def constraints(planned: Planned, kind: str) -> list[Constraint]:
    """Return the constraints of a kind that no column says."""
    said = {_unique(planned, column) for column in planned.relation.columns}
    return [c for c in planned.relation.constraints if c.kind == kind and c.name not in said]


def indexes(planned: Planned) -> list[Index]:
    """Return the indexes that no column says."""
    said = {_index(planned, column) for column in planned.relation.columns}
    return [each for each in planned.relation.indexes if each.name not in said]


def said_by_column(planned: Planned, column: Column) -> dict[str, str | None]:
    """Return `unique=True` or `index=True` where that is all there is to say."""
    return {
        "unique": "True" if _unique(planned, column) else None,
        "index": "True" if _index(planned, column) else None,
    }


def _unique(planned: Planned, column: Column) -> str | None:
    name = usual_name(planned, "unique", [column.name])
    plain = Constraint(name, "unique", (column.name,), definition="")
    found = [each for each in planned.relation.constraints if each.name == name]
    return name if any(replace(each, definition="") == plain for each in found) else None


def _index(planned: Planned, column: Column) -> str | None:
    if _unique(planned, column):
        return None  # said together, both would be one unique index
    name = usual_name(planned, "index", [column.name])
    plain = Index(name, "btree", unique=False, keys=(IndexKey(column.name),))
    found = [each for each in planned.relation.indexes if each.name == name]
    return name if any(replace(each, definition="") == plain for each in found) else None


def _forms(planned: Planned) -> dict[str, str]:
    key = primary(planned.relation)
    named_by_us = key and key.name == OURS["primary"].format(planned.relation.name)
    return OURS if named_by_us else POSTGRES
