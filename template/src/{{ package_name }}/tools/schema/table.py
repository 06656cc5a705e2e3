"""The catalogue for a person at a terminal: a line for each relation. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .catalogue import Catalogue
from .printable import printable
from .relations import GrantFound, Relation

HEADER = ("relation", "kind", "rows", "rls", "columns", "policies", "grants")
NUMBERS = {2, 4, 5}
"""Columns that are aligned to the right."""

EVERYTHING = {"select", "insert", "update", "delete", "truncate", "references", "trigger"}
ORDER = ("select", "insert", "update", "delete")
HAS_POLICIES = ("table", "partitioned table")

Cells = tuple[str, ...]


def as_text(catalogue: Catalogue) -> str:
    """Return a table of the relations, each partition below its parent, and counts of the rest."""
    relations = [it for schema in catalogue.schemas for it in schema.relations]
    rows = [HEADER, *(line for relation in relations for line in _lines(relation))]
    return "\n".join([*_aligned(rows), "", *_summary(catalogue)])


def _lines(relation: Relation, depth: int = 0) -> Iterator[Cells]:
    name = printable(f"{relation.schema}.{relation.name}")
    has_policies = relation.kind in HAS_POLICIES
    switch = "forced" if relation.row_security_forced else "on"
    rows = _rows(relation)
    yield (
        f"{'  ' * depth}{name}",
        "partition" if depth else relation.kind,
        "" if rows is None else f"{rows:,}",
        (switch if relation.row_security else "off") if has_policies else "",
        str(len(relation.columns)),
        str(len(relation.policies)) if has_policies else "",
        _grants(relation.grants),
    )
    for partition in relation.partitions:
        yield from _lines(partition, depth + 1)


def _rows(relation: Relation) -> int | None:
    """Return about how many rows there are; a partitioned table has those of its partitions."""
    if not relation.partitions:
        return relation.rows
    counted = [rows for rows in map(_rows, relation.partitions) if rows is not None]
    return sum(counted) if counted else None


def _grants(grants: Sequence[GrantFound]) -> str:
    by_role: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for grant in grants:
        whole = grant.column is None
        granted = by_role[grant.role]
        granted[grant.privilege] = granted.get(grant.privilege, False) or whole
    return "; ".join(f"{printable(role)} {_privileges(to)}" for role, to in by_role.items())


def _privileges(granted: dict[str, bool]) -> str:
    """Name privileges, with a star where only some columns are meant."""
    if {privilege for privilege, whole in granted.items() if whole} >= EVERYTHING:
        return "all"
    names = sorted(granted, key=lambda it: (ORDER.index(it) if it in ORDER else len(ORDER), it))
    return " ".join(name if granted[name] else f"{name}*" for name in names)


def _aligned(rows: Sequence[Cells]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if place in NUMBERS else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _summary(catalogue: Catalogue) -> Iterator[str]:
    counts = [(len(catalogue.schemas), "schema")]
    for name in ("relations", "enums", "domains", "composites", "ranges", "sequences", "functions"):
        number = sum(len(getattr(schema, name)) for schema in catalogue.schemas)
        counts.append((number, name.removesuffix("s")))
    yield ", ".join(f"{number:,} {name}{'' if number == 1 else 's'}" for number, name in counts)
    extensions = [f"{it.name} {it.version}" for it in catalogue.extensions]
    yield f"extensions: {', '.join(extensions)}"
    yield "rows as last estimated by Postgres; select* is of some columns; --json tells all"
