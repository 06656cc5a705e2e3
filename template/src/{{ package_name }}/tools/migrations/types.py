"""Types as a revision writes them: with their imports, and without making what has a name."""

from typing import Any, Literal, cast

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum


def write_item(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Return a type's source where Alembic would write another: its `render_item`."""
    del context
    if kind == "type" and isinstance(thing, Enum) and thing.native_enum:
        return _enum(thing)
    return False


def _enum(enum: Enum) -> str:
    # The revision makes the type by itself: a table would make it again for each that has it.
    schema_name = cast("str | None", enum.schema)
    schema = f", schema={schema_name!r}" if schema_name else ""
    values = ", ".join(map(repr, enum.enums))
    return f"sa.Enum({values}, name={enum.name!r}{schema}, create_type=False)"
