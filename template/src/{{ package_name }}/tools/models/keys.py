"""Foreign keys, and stubs of the tables that they refer to and nobody models here."""

from sqlalchemy.dialects.postgresql import asyncpg

from ..schema.relations import Column, Constraint
from .conventions import usual_name
from .literals import call, literal, sequence
from .module import Module
from .named_types import schema_of
from .plan import DEFAULT_SCHEMA, Key, Planned
from .types import SQLALCHEMY, spelled, typed

OF_SUPABASE = {("auth", "users"): {"id"}}
"""Stubs that `supabase/tables/model.py` has already, with these columns."""


_names = asyncpg.dialect().identifier_preparer


def foreign_keys(planned: Planned) -> list[Constraint]:
    """Return the keys of a table."""
    return [each for each in planned.relation.constraints if each.kind == "foreign"]


def inline_keys(module: Module, planned: Planned, column: Column) -> list[str]:
    """Return the keys of *column* alone, as arguments of the column."""
    return [
        call(
            module.imports.name(SQLALCHEMY, "ForeignKey"),
            _targets(module, key)[0],
            **_options(module, planned, key),
        )
        for key in foreign_keys(planned)
        if key.columns == (column.name,)
    ]


def composite_keys(module: Module, planned: Planned) -> list[str]:
    """Return the keys of several columns, as arguments of the table."""
    return [
        call(
            module.imports.name(SQLALCHEMY, "ForeignKeyConstraint"),
            sequence(key.columns),
            f"[{', '.join(_targets(module, key))}]",
            **_options(module, planned, key),
        )
        for key in foreign_keys(planned)
        if len(key.columns) > 1
    ]


def _targets(module: Module, key: Constraint) -> list[str]:
    schema, table = key.target or ("", "")
    known = OF_SUPABASE.get((schema, table), set())
    is_known = module.plan.has((schema, table)) or {*key.target_columns} <= known
    if not is_known:
        module.define_once(("stub", (schema, table)), lambda: _stub(module, (schema, table)))
    return [_target(schema, table, column) for column in key.target_columns]


def _target(schema: str, table: str, column: str) -> str:
    is_usual = schema == DEFAULT_SCHEMA
    if "." in f"{table}{column}":  # a dot would be read as the end of a name
        return f"({'None' if is_usual else literal(schema)}, {literal(table)}, {literal(column)})"
    return literal(f"{table}.{column}" if is_usual else f"{schema}.{table}.{column}")


def _is_late(module: Module, planned: Planned, key: Constraint) -> bool:
    """Whether it is made when both tables are there: in a circle, a key to a later table."""
    target = key.target or planned.table
    circle = module.circles.get(planned.table)
    return target > planned.table and circle is not None and module.circles.get(target) == circle


def _options(module: Module, planned: Planned, key: Constraint) -> dict[str, str | None]:
    usual = usual_name(planned, "foreign", key.columns)
    delete = key.on_delete.upper()
    if key.on_delete_columns:
        delete += f" ({', '.join(map(quoted, key.on_delete_columns))})"
    return {
        "name": literal(key.name) if key.name != usual else None,
        "ondelete": literal(delete) if delete != "NO ACTION" else None,
        "onupdate": literal(key.on_update.upper()) if key.on_update != "no action" else None,
        "match": '"FULL"' if key.match_full else None,
        "deferrable": "True" if key.deferrable else None,
        "initially": '"DEFERRED"' if key.deferred else None,
        # In the statement that makes the table, it would be valid.
        "use_alter": "True" if not key.validated or _is_late(module, planned, key) else None,
        "comment": literal(key.comment) if key.comment else None,
        "postgresql_not_valid": None if key.validated else "True",
    }


def quoted(name: str) -> str:
    """Return the name of a column as SQL has it."""
    return _names.quote(name)


def _stub(module: Module, target: Key) -> str:
    """Refer to a table without modelling it: no migration will make it."""
    column = module.imports.name(SQLALCHEMY, "Column")
    written = [
        call(column, literal(name), spelled(module, typed(module, each.type)))
        for name, each in _referred(module, target).items()
    ]
    base = module.imports.name("..supabase", "Base")
    table = call(
        module.imports.name(SQLALCHEMY, "Table"),
        literal(target[1]),
        f"{base}.metadata",
        *written,
        schema=schema_of(target[0]),
        info='{"compared": False}',
        keep_existing="True",
    )
    return f"# Only what a foreign key needs: others make and change this table.\n{table}"


def _referred(module: Module, target: Key) -> dict[str, Column]:
    """Return the columns that any key of the plan refers to, each as the key's own column is."""
    found: dict[str, Column] = {}
    for planned in module.plan.tables.values():
        columns = {column.name: column for column in planned.relation.columns}
        for key in foreign_keys(planned):
            if key.target == target:
                pairs = zip(key.target_columns, key.columns, strict=True)
                found |= {there: columns[here] for there, here in pairs}
    return dict(sorted(found.items()))
