"""Types as a revision writes them: with their imports, and as little of the project as can be."""

from typing import Any, Literal, cast

from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum, TextClause, TypeDecorator

from ...supabase.tables.types import Domain, Verbatim
from .execute import COLON
from .primary_keys import write_primary_key

FRONT_DOOR = f"{__name__.partition('.')[0]}.supabase"
"""Where a revision finds the types that Postgres has and SQLAlchemy has not."""

OF_A_DOMAIN = ("collation", "default", "constraint_name", "not_null", "check")


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
    if isinstance(thing, Domain):
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


def _domain(domain: Domain, context: AutogenContext) -> str:
    said = {"schema": cast("str | None", domain.schema)}
    said |= {name: getattr(domain, name) for name in OF_A_DOMAIN}
    # A text has no truth value.
    named = [
        f"{name}={_source(value)}"
        for name, value in said.items()
        if value is not None and value is not False
    ]
    of = _of(domain.data_type, context)
    context.imports.add(f"from {FRONT_DOOR} import Domain")
    return f"Domain({', '.join([repr(domain.name), of, *named])})"


def _source(value: Any) -> str:
    if isinstance(value, TextClause):
        return f"sa.text({COLON.sub(chr(92) * 2 + ':', value.text)!r})"
    return repr(value)


def _of(type_: Any, context: AutogenContext) -> str:
    # What Alembic writes a type with has no public name.
    return vars(render)["_repr_type"](type_, context)
