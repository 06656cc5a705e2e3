"""Which tables a migration may make, change and drop: those of this project, and no other.

A table without a model is dropped only if a revision here made it. What another tool, an extension
or the dashboard made, and each partition, is left alone.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKeyConstraint, MetaData, Table

from ..schema.scope import MANAGED, is_of_project
from .upgrades import CREATE_TABLE, called, upgrade_of

PATTERNS = "left_alone.txt"
"""Yours, in `migrations/`: patterns as `schema.table`, of tables that no migration touches."""

SHOWN = 5
"""Names that a message holds; a database may have thousands."""

DEFAULT = "public"


@dataclass(frozen=True)
class Ours:
    """What is ours; *modelled* and *made* hold names with their schema."""

    modelled: frozenset[str]
    made: frozenset[str]
    patterns: tuple[str, ...] = ()
    left_alone: set[str] = field(default_factory=set[str])
    """The tables that were met and passed over."""
    alike: set[str] = field(default_factory=set[str])
    """The tables that hold what their models say, as far as Alembic compares."""

    def is_named_to_alembic(
        self, name: str | None, kind: str, parents: Mapping[Any, str | None]
    ) -> bool:
        """Whether Alembic has to look at it: its `include_name`."""
        is_alike = kind == "table" and parents["schema_qualified_table_name"] in self.alike
        return not is_alike and self.is_compared(name, kind, parents)

    def is_left_to_alembic(self, thing: object, name: str, kind: str, *rest: object) -> bool:
        """Whether Alembic has to compare it: its `include_object`."""
        is_alike = kind == "table" and getattr(thing, "key", None) in self.alike
        return not is_alike and self.is_ours(thing, name, kind, *rest)

    def is_compared(self, name: str | None, kind: str, parents: Mapping[Any, str | None]) -> bool:
        """Whether it may be looked at."""
        schema = name if kind == "schema" else parents.get("schema_name")
        if schema is not None and not is_of_project(schema):
            return False
        if kind != "table" or name is None:
            return True
        full = _full(schema, name)
        if full in self.modelled or (full in self.made and not self.is_named(full)):
            return True
        self.left_alone.add(full)
        return False

    def is_ours(self, thing: object, *rest: object) -> bool:
        """Whether it may be made, changed or dropped; *rest* as Alembic's `include_object`."""
        _, _, reflected, other = rest
        # A view, a stub, or what Alembic cannot compare: the models say so themselves.
        if not getattr(thing, "info", {}).get("compared", True):
            return False
        if isinstance(thing, Table):
            full = _full(thing.schema, thing.name)
            return not MANAGED.fullmatch(thing.schema or DEFAULT) and not self.is_named(full)
        # No model could say a key to a table that has none.
        if isinstance(thing, ForeignKeyConstraint) and reflected and other is None:
            return _full(*_target(thing)) in self.modelled
        return True

    def told(self) -> str:
        """Name what was passed over, in a line; nothing where nothing was."""
        names = sorted(self.left_alone)
        if not names:
            return ""
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        return (
            f"left alone, as no model has it and no revision made it: {', '.join(names[:SHOWN])}"
            f"{more} (docs/database.md)\n"
        )

    def is_named(self, full: str) -> bool:
        """Whether the project's own file of patterns names the table."""
        return any(fnmatchcase(full, pattern) for pattern in self.patterns)


def ours(metadata: MetaData, migrations: Path, revisions: Iterable[Path]) -> Ours:
    """Return what is ours, by the models, the *revisions* and the file of patterns beside them."""
    file = migrations / PATTERNS
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    said = [line.partition("#")[0].strip() for line in lines]
    return Ours(
        frozenset(_full(table.schema, table.name) for table in metadata.tables.values()),
        frozenset(name for revision in revisions for name in made_by(revision)),
        tuple(line if "." in line else f"{DEFAULT}.{line}" for line in said if line),
    )


def made_by(revision: Path) -> Iterator[str]:
    """Yield the tables that *revision* names where it makes or renames one."""
    for call in upgrade_of(revision):
        if isinstance(call, ast.Call) and (place := NAMED_AT.get(called(call))) is not None:
            literals = [each.value for each in call.args if isinstance(each, ast.Constant)]
            keywords = {
                each.arg: each.value.value
                for each in call.keywords
                if isinstance(each.value, ast.Constant)
            }
            if len(literals) > place:
                schema = keywords.get("schema")
                yield _full(schema if isinstance(schema, str) else None, str(literals[place]))


NAMED_AT = {CREATE_TABLE: 0, "rename_table": 1}
"""The operations that make a name, and the argument that holds it."""


def _full(schema: str | None, name: str) -> str:
    return f"{schema or DEFAULT}.{name}"


def _target(key: ForeignKeyConstraint) -> tuple[str | None, str]:
    *schema, table, _ = key.elements[0].target_fullname.split(".")
    return ".".join(schema) or None, table
