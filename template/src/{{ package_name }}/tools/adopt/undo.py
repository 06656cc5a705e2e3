"""What takes a baseline away again, on a database that it made. Pure."""

from collections.abc import Iterator

from ..schema.catalogue import Catalogue, Schema
from . import hanging
from .found import Found
from .words import full, quote


def undo(new: Found, before: Found) -> Iterator[str]:
    """Yield the statements; extensions stay, as others may use them by then."""
    yield from _from_supabases_tables(new.supabases)
    for schema in new.own.schemas:
        yield from _relations(schema)
    for schema in new.own.schemas:
        yield from _others(schema)
    there = {schema.name for schema in before.own.schemas}
    for schema in new.own.schemas:
        if schema.name not in there:
            yield f"drop schema if exists {quote(schema.name)}"


def _from_supabases_tables(supabases: Catalogue) -> Iterator[str]:
    """Triggers there are not ours to drop: they go with the function that they call."""
    for schema in supabases.schemas:
        for relation in schema.relations:
            table = full(schema.name, relation.name)
            for policy in relation.policies:
                yield f"drop policy if exists {quote(policy.name)} on {table}"


def _relations(schema: Schema) -> Iterator[str]:
    for relation in schema.relations:
        if relation.extension is None:
            kind = "table" if relation.kind == "partitioned table" else relation.kind
            yield f"drop {kind} if exists {full(schema.name, relation.name)} cascade"


def _others(schema: Schema) -> Iterator[str]:
    for function in schema.functions:
        if function.extension is None:
            yield f"drop routine if exists {hanging.named(function)} cascade"
    for kind, things in (
        ("sequence", schema.sequences),
        ("domain", schema.domains),
        ("type", (*schema.enums, *schema.composites, *schema.ranges)),
    ):
        for thing in things:
            if thing.extension is None:
                yield f"drop {kind} if exists {full(schema.name, thing.name)} cascade"
