"""Keys, checks, exclusions and indexes: the arguments of a table."""

from collections.abc import Iterator

from ..schema.relations import Constraint, Index, IndexKey
from .conventions import constraints, indexes, middle, usual_name
from .keys import composite_keys, quoted
from .literals import call, literal, sequence, sql_literal
from .module import Module
from .plan import Planned
from .scan import exclusion_parts, unwrapped
from .types import POSTGRESQL, SQLALCHEMY


def table_arguments(module: Module, planned: Planned) -> list[str]:
    """Return the constraints and indexes of a table, in the order of their kinds."""
    if planned.is_view:
        return []
    every = planned.relation.constraints
    return [
        *(_primary(module, planned, each) for each in every if _says_more(planned, each)),
        *composite_keys(module, planned),
        *(_unique(module, planned, each) for each in constraints(planned, "unique")),
        *_checks(module, planned),
        *(_exclusion(module, planned, each) for each in every if each.kind == "exclusion"),
        *(_index(module, each) for each in indexes(planned)),
    ]


def _says_more(planned: Planned, key: Constraint) -> bool:
    """Whether it is a primary key that `primary_key=True` does not say in full."""
    if key.kind != "primary":
        return False
    columns = [column for column in planned.relation.columns if column.name in key.columns]
    # SQLAlchemy puts a column that counts first.
    is_moved = any(column.owned_sequence for column in columns[1:])
    more = key.deferrable or key.include or key.comment or key.options
    is_in_order = [*key.columns] == [column.name for column in columns] and not is_moved
    return key.name != usual_name(planned, "primary") or not is_in_order or bool(more)


def _primary(module: Module, planned: Planned, key: Constraint) -> str:
    _leave_options(module, planned, key)
    name = module.imports.name(SQLALCHEMY, "PrimaryKeyConstraint")
    return call(name, *map(literal, key.columns), **_named(key), **_deferred(key), **_more(key))


def _unique(module: Module, planned: Planned, key: Constraint) -> str:
    _leave_options(module, planned, key)
    name = module.imports.name(SQLALCHEMY, "UniqueConstraint")
    distinct = "True" if key.nulls_not_distinct else None
    return call(
        name,
        *map(literal, key.columns),
        **_named(key),
        **_deferred(key),
        **_more(key),
        postgresql_nulls_not_distinct=distinct,
    )


def _checks(module: Module, planned: Planned) -> Iterator[str]:
    for check in planned.relation.constraints:
        if check.kind != "check" or check.expression is None:
            continue
        if check.no_inherit or not check.enforced:
            where = f"{planned.relation.schema}.{planned.relation.name}"
            module.leave(f"the check {check.name} of {where}: {check.definition}")
            continue
        if not check.validated:
            where = f"{planned.relation.schema}.{planned.relation.name}"
            module.leave(f"that the check {check.name} of {where} was never made of its rows")
        name = module.imports.name(SQLALCHEMY, "CheckConstraint")
        yield call(
            name,
            sql_literal(unwrapped(check.expression)),
            name=_check_name(module, planned, check.name),
            comment=literal(check.comment) if check.comment else None,
            postgresql_not_valid=None if check.validated else "True",
        )


def _check_name(module: Module, planned: Planned, name: str) -> str:
    if inner := middle(planned, name):
        return literal(inner)
    # Else the naming convention would add to the name.
    return call(module.imports.name("sqlalchemy.schema", "conv"), literal(name))


def _exclusion(module: Module, planned: Planned, key: Constraint) -> str:
    _leave_options(module, planned, key)
    if key.comment:
        module.leave(f"the comment on the constraint {key.name}")
    parts = exclusion_parts(key.definition)
    text = module.imports.name(SQLALCHEMY, "text")
    elements = [
        f"({call(text, sql_literal(what))}, {literal(operator)})"
        for what, operator in parts.elements
    ]
    return call(
        module.imports.name(POSTGRESQL, "ExcludeConstraint"),
        *elements,
        name=literal(key.name),
        using=literal(parts.method) if parts.method != "gist" else None,
        where=_where(module, parts.where),
        **_deferred(key),
    )


def _where(module: Module, condition: str | None) -> str | None:
    if not condition:
        return None
    return call(module.imports.name(SQLALCHEMY, "text"), sql_literal(unwrapped(condition)))


def _named(key: Constraint) -> dict[str, str | None]:
    return {
        "name": literal(key.name),
        "comment": literal(key.comment) if key.comment else None,
    }


def _deferred(key: Constraint) -> dict[str, str | None]:
    return {
        "deferrable": "True" if key.deferrable else None,
        "initially": '"DEFERRED"' if key.deferred else None,
    }


def _more(key: Constraint) -> dict[str, str | None]:
    return {"postgresql_include": sequence(key.include) if key.include else None}


def _leave_options(module: Module, planned: Planned, key: Constraint) -> None:
    for option in key.options:
        where = f"{planned.relation.schema}.{planned.relation.name}"
        module.leave(f"the option {option} of the constraint {key.name} of {where}")


def _index(module: Module, index: Index) -> str:
    if index.comment:
        module.leave(f"the comment on the index {index.name}")
    keys: list[str] = []
    ops: dict[str, str] = {}
    for number, key in enumerate(index.keys, 1):
        source, op = _key(module, key, number)
        keys.append(source)
        ops |= op
    return call(
        module.imports.name(SQLALCHEMY, "Index"),
        literal(index.name),
        *keys,
        unique="True" if index.unique else None,
        postgresql_using=literal(index.method) if index.method != "btree" else None,
        postgresql_ops=_mapping(ops),
        postgresql_include=sequence(index.include) if index.include else None,
        postgresql_nulls_not_distinct="True" if index.nulls_not_distinct else None,
        postgresql_where=_where(module, index.predicate),
        postgresql_with=_mapping(dict(each.split("=", 1) for each in index.options)),
    )


def _key(module: Module, key: IndexKey, number: int) -> tuple[str, dict[str, str]]:
    """Return one of what an index sorts by, and what stands behind it.

    Alembic compares the first alone; so what it would trip over goes into the second.
    """
    behind = _behind(key)
    order = _order(key)
    if not order and not behind and key.column:
        return literal(key.column), {}
    if not order and key.column:
        return literal(key.column), {key.column: behind}
    if not order and behind:
        label = f"key_{number}"
        column = module.imports.name(SQLALCHEMY, "literal_column")
        untyped = module.imports.name("sqlalchemy.types", "NullType")
        source = call(column, literal(key.expression or ""), untyped)
        return f"{source}.label({literal(label)})", {label: behind}
    what = quoted(key.column) if key.column else key.expression
    whole = " ".join(filter(None, [what, behind, order]))
    return call(module.imports.name(SQLALCHEMY, "text"), sql_literal(whole)), {}


def _behind(key: IndexKey) -> str:
    collation = f"COLLATE {key.collation}" if key.collation else ""
    parameters = f"({', '.join(key.opclass_parameters)})" if key.opclass_parameters else ""
    opclass = f"{key.opclass or ''}{parameters and ' '}{parameters}"
    return " ".join(filter(None, [collation, opclass]))


def _order(key: IndexKey) -> str:
    usual = key.nulls_first is None or key.nulls_first == key.descending
    nulls = "" if usual else "NULLS FIRST" if key.nulls_first else "NULLS LAST"
    return " ".join(filter(None, ["DESC" if key.descending else "", nulls]))


def _mapping(values: dict[str, str]) -> str | None:
    pairs = [f"{literal(name)}: {literal(value)}" for name, value in values.items()]
    return f"{{{', '.join(pairs)}}}" if pairs else None
