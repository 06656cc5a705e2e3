"""What a model says, in the words that would make it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    DefaultClause,
    Dialect,
    Index,
    Table,
)
from sqlalchemy.dialects.postgresql import DOMAIN, CreateDomainType, ExcludeConstraint
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.schema import SchemaItem

from ..ours import Ours
from .found import FoundTable, Place
from .parts import unquoted, unwrapped

RENAMED_VALUES = "renamed_values"
"""In the `info` of a column: the old name of each value that has a new one."""


@dataclass(frozen=True)
class Pair:
    """A table as its model says it, and as it is."""

    table: Table
    name: str
    found: FoundTable


class Declared:
    """The tables of the models, and their words."""

    def __init__(self, context: AutogenContext, dialect: Dialect) -> None:
        self.context = context
        self.dialect = dialect
        self.schema = str(dialect.default_schema_name)
        self.names: Any = dialect.identifier_preparer
        self.tables = [
            table for table in context.sorted_tables if self.is_ours(table, table.name, "table")
        ]
        self.found: Mapping[Place, FoundTable] = {}
        self.pairs: list[Pair] = []
        self._ddl: Any = dialect.ddl_compiler(dialect, cast("Any", None))

    def meet(self, found: Mapping[Place, FoundTable]) -> None:
        """Pair the tables that exist with what they are."""
        self.found = found
        self.pairs = [
            Pair(table, self.names.format_table(table), found[self.place(table)])
            for table in self.tables
            if self.place(table) in found
        ]

    def place(self, table: Table) -> Place:
        """Return the schema and the name of *table*."""
        return table.schema or self.schema, table.name

    def place_of(self, operation: Any) -> Place:
        """Return the schema and the name of the table that *operation* is about."""
        return operation.schema or self.schema, operation.table_name

    def is_ours(self, thing: SchemaItem, name: str | None, kind: Any) -> bool:
        """Whether a migration may make, change and drop *thing*."""
        own: Ours = self.context.opts["ours"]
        return own.is_ours(thing, name, kind, False, None)  # noqa: FBT003

    def name(self, thing: Constraint | Index) -> str | None:
        """Return the name that it has in the database, which may be a shorter one."""
        if thing.name is None:
            return None
        formats = (
            self.names.format_index if isinstance(thing, Index) else self.names.format_constraint
        )
        name: str | None = formats(thing)
        return None if name is None else unquoted(name)

    def sql_name(self, place: Place) -> str:
        """Return a name as SQL has it, in its schema if that is another than the usual one."""
        schema, name = place
        return ".".join(map(self.quote, [name] if schema == self.schema else [schema, name]))

    def quote(self, name: str) -> str:
        """Return *name* as SQL has it."""
        return self.names.quote(name)

    def expression(self, expression: Any) -> str:
        """Return it as SQL, with every value in it."""
        return self._ddl.sql_compiler.process(expression, include_table=False, literal_binds=True)

    def as_before(self, columns: Iterable[Column[Any]], text: str, before: str) -> str:
        """Return *text* with the old name of each value of an enum that *before* has by that."""
        for column in columns:
            for values in column.info.get(RENAMED_VALUES, {}).items():
                old, new = ("'" + each.replace("'", "''") + "'" for each in values)
                text = text.replace(new, old) if old in before else text
        return text

    def check(self, check: CheckConstraint) -> str:
        """Return the constraint without its name."""
        more = " not valid" if check.dialect_options["postgresql"]["not_valid"] else ""
        return f"check ({unwrapped(self.expression(check.sqltext))}){more}"

    def type(self, type_: Any) -> str:
        """Return a type as Postgres writes it, if it is of whole numbers."""
        compiled: str = type_.compile(dialect=self.dialect).lower()
        return {"int": "integer"}.get(compiled, compiled)

    def default(self, column: Column[Any]) -> str | None:
        """Return the expression, None where the model has none."""
        if isinstance(column.server_default, DefaultClause):
            return self._ddl.get_column_default_string(column)
        return None

    def domain(self, domain: DOMAIN) -> str:
        """Return the statement that makes it."""
        return self._ddl.process(CreateDomainType(domain)).strip()

    def default_of_domain(self, domain: DOMAIN) -> str | None:
        """Return the expression, None where the model has none."""
        return None if domain.default is None else self._ddl.render_default_string(domain.default)

    def index(self, index: Index) -> str:
        """Return the statement that makes it."""
        return self._ddl.visit_create_index(CreateIndex(index))

    def exclusion(self, exclusion: ExcludeConstraint) -> str:
        """Return the constraint without its name."""
        text: str = self._ddl.visit_exclude_constraint(exclusion)
        return text[text.index("EXCLUDE ") :]

    def key(self, key: Constraint) -> str:
        """Return a key of any kind, without its name."""
        text: str = self._ddl.process(key)
        named = f"CONSTRAINT {self.names.format_constraint(key)} " if key.name else ""
        return text.removeprefix(named)

    def is_made(self, check: CheckConstraint) -> bool:
        """Whether Postgres gets it: an enum or a bool of its own needs no check."""
        rule: Any = vars(check).get("_create_rule")
        return rule is None or rule(self._ddl)
