"""From rows to relations and to what hangs on them. Pure."""

from .columns import columns
from .relations import Constraint, GrantFound, Index, IndexKey, PolicyFound, Relation, Trigger
from .rows import Row, Rows, without


def relations(rows: Rows, namespace: int) -> tuple[Relation, ...]:
    """Return the relations of a schema; a partition is with its parent, where that was read."""
    return tuple(
        _relation(row, rows)
        for row in rows.of("relations", "namespace", namespace)
        if not (row["is_partition"] and _parent_was_read(row, rows))
    )


def grants(rows: Rows, catalogue: str, oid: int) -> tuple[GrantFound, ...]:
    """Return what others than its owner may do with an object."""
    return tuple(
        GrantFound(**without(row, "catalogue", "object"))
        for row in rows.of("grants", "object", oid)
        if row["catalogue"] == catalogue
    )


def _parent_was_read(row: Row, rows: Rows) -> bool:
    parents = rows.of("parents", "relation", row["oid"])
    return any(rows.of("relations", "oid", parent["parent"]) for parent in parents)


def _relation(row: Row, rows: Rows) -> Relation:
    oid: int = row["oid"]
    parents = tuple((it["schema"], it["name"]) for it in rows.of("parents", "relation", oid))
    children = [
        child
        for it in rows.of("parents", "parent", oid)
        for child in rows.of("relations", "oid", it["relation"])
    ]
    return Relation(
        **without(row, "oid", "namespace", "is_partition"),
        columns=columns(rows, oid),
        constraints=tuple(map(_constraint, rows.of("constraints", "relation", oid))),
        indexes=tuple(_index(it, rows) for it in rows.of("indexes", "relation", oid)),
        triggers=tuple(
            Trigger(**without(it, "relation")) for it in rows.of("triggers", "relation", oid)
        ),
        policies=tuple(
            PolicyFound(**without(it, "relation")) for it in rows.of("policies", "relation", oid)
        ),
        grants=grants(rows, "pg_class", oid),
        partition_of=parents[0] if row["is_partition"] else None,
        inherits=() if row["is_partition"] else parents,
        partitions=tuple(_relation(it, rows) for it in children if it["is_partition"]),
        extension=rows.extension("pg_class", oid),
    )


def _constraint(row: Row) -> Constraint:
    schema = row["target_schema"]
    return Constraint(
        **without(row, "relation", "domain", "target_schema", "target_name"),
        target=None if schema is None else (schema, row["target_name"]),
    )


def _index(row: Row, rows: Rows) -> Index:
    keys = rows.of("index_keys", "index", row["oid"])
    return Index(
        **without(row, "oid", "relation"),
        keys=tuple(IndexKey(**without(key, "index")) for key in keys),
    )
