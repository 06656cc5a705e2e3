"""What a baseline would not make as the database has it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

from ..schema.catalogue import Catalogue, Function
from .hanging import ROLES

PASSED_OVER = {"owner", "rows", "extension", "sequence", "server", "tablespace", "dimensions"}
"""What is another's on another database, an estimate, or a hint that Postgres does not hold to."""

HOLDING = ("relations", "enums", "domains", "composites", "ranges", "sequences", "functions")
"""What a schema has."""


def differences(wanted: Catalogue, made: Catalogue) -> Iterator[str]:
    """Yield what differs, each thing by its name and by what of it."""
    schemas = {schema.name: schema for schema in made.schemas}
    for schema in wanted.schemas:
        other = schemas.get(schema.name)
        for kind in HOLDING:
            found = _by_name(getattr(other, kind, ()))
            for name, thing in _by_name(getattr(schema, kind)).items():
                if what := [*_differs(thing, found.get(name))]:
                    yield f"{kind.removesuffix('s')} {schema.name}.{name}: {', '.join(what)}"


def _by_name(things: Iterable[Any]) -> Mapping[str, Any]:
    return {
        f"{thing.name}({thing.arguments})" if hasattr(thing, "arguments") else thing.name: thing
        for thing in things
        if thing.extension is None and not is_unprinted(thing)
    }


def is_unprinted(thing: object) -> bool:
    """Return whether Postgres does not print the statement that makes it, as of an aggregate."""
    return isinstance(thing, Function) and thing.definition is None


def _differs(thing: Any, other: Any) -> Iterator[str]:
    if other is None:
        yield "missing"
        return
    for field in fields(thing):
        one, two = (_plain(getattr(each, field.name)) for each in (thing, other))
        if field.name not in PASSED_OVER and one != two:
            yield field.name.replace("_", " ")


def _plain(value: Any) -> Any:
    """Return *value* without what is passed over, and without grants to roles of its own."""
    if isinstance(value, tuple):
        values = cast("tuple[Any, ...]", value)
        return [_plain(each) for each in values if getattr(each, "role", "public") in ROLES]
    if is_dataclass(value):
        names = [field.name for field in fields(value) if field.name not in PASSED_OVER]
        return {name: _plain(getattr(value, name)) for name in names}
    return value
