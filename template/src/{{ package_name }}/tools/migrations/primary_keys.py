"""A primary key of a new table as a revision writes it: Alembic leaves out what it can say more."""

from typing import Any, Literal

from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import PrimaryKeyConstraint

MORE = ("deferrable", "initially")


def write_primary_key(key: PrimaryKeyConstraint, context: AutogenContext) -> str | Literal[False]:
    """Return its source where Alembic would lose a part of it."""
    more = [(name, value) for name in MORE if (value := getattr(key, name)) is not None]
    more += [(name, [*map(_name, value)]) for name, value in _includes(key)]
    if not (more and key.columns):
        return False
    columns = ", ".join(repr(column.name) for column in key.columns)
    # What Alembic writes a name with has no public name.
    name = vars(render)["_render_gen_name"](context, key.name) if key.name else None
    named = [("name", name), *more] if name else more
    return f"sa.PrimaryKeyConstraint({columns}, {', '.join(f'{k}={v!r}' for k, v in named)})"


def _includes(key: PrimaryKeyConstraint) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in key.dialect_kwargs.items() if value]


def _name(column: Any) -> str:
    return column if isinstance(column, str) else column.name
