"""From rows to columns and their types. Pure."""

import re

from .relations import Column, Identity, TypeName
from .rows import Row, Rows, without

OF_A_TYPE = ("type", "type_sql", "has_modifiers", "dimensions")
"""Fields of a row that say of which type it is."""

MODIFIERS = re.compile(r".*\((?P<list>[^()]*)\)", re.DOTALL)


def columns(rows: Rows, relation: int) -> tuple[Column, ...]:
    """Return the columns of a relation, or the fields of a composite type, in their order."""
    return tuple(_column(row, rows) for row in rows.of("columns", "relation", relation))


def type_name(row: Row, rows: Rows) -> TypeName:
    """Return the type that *row* is of."""
    known, sql = rows.type(row["type"]), row["type_sql"]
    found = MODIFIERS.match(sql) if row["has_modifiers"] else None
    return TypeName(
        known["schema"],
        known["name"],
        modifiers=tuple(found["list"].split(",")) if found else (),
        dimensions=max(1, row["dimensions"]) if known["is_array"] else 0,
        kind=known["kind"],
        extension=rows.extension("pg_type", known["element"]),
        sql=sql,
    )


def _column(row: Row, rows: Rows) -> Column:
    identity, owned_sequence = None, None
    for sequence in rows.of("sequences", "relation", row["relation"]):
        if sequence["number"] != row["number"]:
            continue
        if sequence["is_identity"]:
            identity = _identity(sequence, always=row["is_always"])
        else:
            owned_sequence = sequence["sequence"]
    return Column(
        **without(row, "relation", "number", "is_always", *OF_A_TYPE),
        type=type_name(row, rows),
        identity=identity,
        owned_sequence=owned_sequence,
    )


def _identity(sequence: Row, *, always: bool) -> Identity:
    fields = ("start", "increment", "minimum", "maximum", "cache", "cycle", "sequence")
    return Identity(always, **{name: sequence[name] for name in fields})
