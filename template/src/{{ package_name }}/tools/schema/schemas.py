"""From rows to a schema with all that is in it. Pure."""

from .catalogue import Composite, Domain, DomainCheck, Enum, Function, Range, Schema, Sequence
from .columns import OF_A_TYPE, columns, type_name
from .rows import Row, Rows, without
from .tables import grants, relations


def schema(row: Row, rows: Rows) -> Schema:
    """Return the schema that *row* is of."""
    oid: int = row["oid"]

    def here(query: str) -> list[Row]:
        return [*rows.of(query, "namespace", oid)]

    return Schema(
        **without(row, "oid", "server_version"),
        grants=grants(rows, "pg_namespace", oid),
        relations=relations(rows, oid),
        enums=tuple(Enum(**_named(it, rows)) for it in here("enums")),
        domains=tuple(_domain(it, rows) for it in here("domains")),
        composites=tuple(_composite(it, rows) for it in here("composites")),
        ranges=tuple(_range(it, rows) for it in here("ranges")),
        sequences=tuple(_sequence(it, rows) for it in here("sequences") if not it["is_identity"]),
        functions=tuple(_function(it, rows) for it in here("functions")),
    )


def _named(row: Row, rows: Rows, catalogue: str = "pg_type") -> Row:
    """Return the fields that are as the query has them, and the extension."""
    extension = rows.extension(catalogue, row["oid"])
    return without(row, "oid", "namespace") | {"extension": extension}


def _domain(row: Row, rows: Rows) -> Domain:
    checks = tuple(
        DomainCheck(it["name"], it["expression"], it["validated"])
        for it in rows.of("constraints", "domain", row["oid"])
        if it["kind"] == "check"
    )
    fields = without(_named(row, rows), *OF_A_TYPE)
    return Domain(**fields, type=type_name(row, rows), checks=checks)


def _composite(row: Row, rows: Rows) -> Composite:
    fields = without(_named(row, rows), "relation")
    return Composite(**fields, fields=columns(rows, row["relation"]))


def _range(row: Row, rows: Rows) -> Range:
    fields = without(_named(row, rows), *OF_A_TYPE)
    return Range(**fields, subtype=type_name(row, rows))


def _sequence(row: Row, rows: Rows) -> Sequence:
    table = (row["owner_schema"], row["owner_table"], row["owner_column"])
    of_the_owner = ("relation", "number", "owner_schema", "owner_table", "owner_column")
    return Sequence(
        **without(_named(row, rows, "pg_class"), "sequence", "is_identity", *of_the_owner),
        owned_by=None if row["relation"] is None else table,
        grants=grants(rows, "pg_class", row["oid"]),
    )


def _function(row: Row, rows: Rows) -> Function:
    return Function(
        **_named(row, rows, "pg_proc"),
        grants=grants(rows, "pg_proc", row["oid"]),
    )
