"""Types as a revision writes them: with their imports, and as little of the project as can be."""

from typing import Any, Literal, cast

from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum, TypeDecorator
from sqlalchemy.dialects.postgresql import DOMAIN

from ...supabase.tables.types import Verbatim
from .primary_keys import write_primary_key

FRONT_DOOR = f"{__name__.partition('.')[0]}.supabase"
"""Where a revision finds the types that Postgres has and SQLAlchemy has not."""


def write_item(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Return the source of a type or a key where Alembic would write another: its `render_item`."""
    if kind == "primary_key":
        return write_primary_key(thing, context)
    if kind != "type":
        return False
    if isinstance(thing, Enum):
        return _enum(thing) if thing.native_enum else False
    if isinstance(thing, TypeDecorator):
        # Rows do not tell how Python reads them: what the database has is enough.
        return _of(vars(cast("Any", thing))["impl"], context)
    return _of_a_package(thing, context)


def _of_a_package(thing: Any, context: AutogenContext) -> str | Literal[False]:
    module = type(thing).__module__
    if isinstance(thing, DOMAIN):
        return _domain(thing, context)
    if isinstance(thing, Verbatim):
        context.imports.add(f"from {FRONT_DOOR} import {type(cast('Any', thing)).__name__}")
        return repr(cast("Any", thing))
    if module.startswith("sqlalchemy."):
        return False
    context.imports.add(f"import {module}")
    return f"{module}.{thing!r}"


def _enum(enum: Enum) -> str:
    # The revision makes the type by itself: a table would make it again for each that has it.
    schema_name = cast("str | None", enum.schema)
    schema = f", schema={schema_name!r}" if schema_name else ""
    values = ", ".join(map(repr, enum.enums))
    return f"sa.Enum({values}, name={enum.name!r}{schema}, create_type=False)"


def _domain(domain: DOMAIN, context: AutogenContext) -> str:
    # As an enum; what it adds to the type below is said where it is made.
    schema_name = cast("str | None", domain.schema)
    schema = f", schema={schema_name!r}" if schema_name else ""
    context.imports.add(f"from {FRONT_DOOR} import Domain")
    of = _of(domain.data_type, context)
    return f"Domain({domain.name!r}, {of}{schema}, create_type=False)"


def _of(type_: Any, context: AutogenContext) -> str:
    # What Alembic writes a type with has no public name.
    return vars(render)["_repr_type"](type_, context)
