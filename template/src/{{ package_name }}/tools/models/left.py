"""What a schema has beside its tables, which only a revision can make."""

from collections.abc import Collection, Iterator
from typing import TypeVar

from ..schema.catalogue import Composite, Domain, Enum, Function, Range, Schema, Sequence
from .module import Module

Thing = TypeVar("Thing", bound=Enum | Domain | Composite | Range | Function | Sequence)


def leave_rest(module: Module, schemas: Collection[str]) -> None:
    """Name it all."""
    for schema in module.plan.catalogue.schemas:
        if schema.name in schemas:
            for what in _rest(module, schema):
                module.leave(what)


def _rest(module: Module, schema: Schema) -> Iterator[str]:
    name = schema.name
    for each in _own(schema.enums, schema.domains):
        if not module.has_defined((name, each.name)):
            yield f"the type {name}.{each.name}, which no column has"
    for each in _own(schema.composites, schema.ranges):
        yield f"the type {name}.{each.name}"
    for each in _own(schema.functions):
        yield f"the {each.kind} {name}.{each.name}({each.arguments})"
    for each in _own(schema.sequences):
        if each.owned_by is None and not module.has_defined(("sequence", (name, each.name))):
            yield f"the sequence {name}.{each.name}"


def _own(*kinds: Collection[Thing]) -> list[Thing]:
    """Return what no extension brought."""
    return [each for kind in kinds for each in kind if each.extension is None]
