"""What hangs on a function or on a view, as its model declares it: so it is made again. Pure.

In the words of the database it would have the types that it was read with, which have changed.
"""

from sqlalchemy import CheckConstraint, MetaData, Table
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.schema import AddConstraint, CreateTable

from ....supabase.tables.policies import security
from ..policies.statements import create_policy, table_name
from .found import Found
from .order import bare
from .statements import full

DIALECT = asyncpg.dialect()
DEFAULT_SCHEMA = "public"


def again(metadata: MetaData, found: Found) -> list[str]:
    """Return what makes a policy, a check or a default again; nothing where no model has it."""
    tables = {full(each.schema or DEFAULT_SCHEMA, each.name): each for each in _tables(metadata)}
    table = tables.get(found.place)
    make = MAKE.get(found.kind)
    return make(table, bare(found.name)) if make and table is not None else []


def _tables(metadata: MetaData) -> list[Table]:
    return [*metadata.tables.values()]


def _policy(table: Table, name: str) -> list[str]:
    said = security(table)
    every = said.policies if said else ()
    return [create_policy(table_name(table), each) for each in every if each.name == name]


def _check(table: Table, name: str) -> list[str]:
    made = (
        str(AddConstraint(each, isolate_from_table=False).compile(dialect=DIALECT))
        for each in table.constraints
        if isinstance(each, CheckConstraint)
        and DIALECT.identifier_preparer.format_constraint(each)
        == DIALECT.identifier_preparer.quote(name)
    )
    return [*made]


def _default(table: Table, name: str) -> list[str]:
    column = table.columns.get(name)
    if column is None:
        return []
    default = DIALECT.ddl_compiler(DIALECT, CreateTable(table)).get_column_default_string(column)
    quoted = DIALECT.identifier_preparer.quote(name)
    alter = f"alter table {table_name(table)} alter column {quoted}"
    return [f"{alter} set default {default}"] if default else []


MAKE = {"policy": _policy, "check": _check, "default": _default}
