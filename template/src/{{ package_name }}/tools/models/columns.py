"""Columns: `mapped_column(...)` of a class, `Column(...)` of a table that nothing maps."""

import re
from dataclasses import replace

from ..schema.catalogue import Domain, Sequence
from ..schema.relations import Column, Identity
from .conventions import said_by_column
from .keys import inline_keys
from .literals import call, literal, sql_literal
from .module import Module
from .named_types import schema_of, with_null
from .plan import Planned, primary
from .scan import unwrapped
from .types import SQLALCHEMY, Typed, annotated, spelled, typed

FUNCTIONS = {
    "now()": "now()",
    "gen_random_uuid()": "gen_random_uuid()",
    "auth.uid()": "auth.uid()",
}
"""Defaults that read better as SQLAlchemy's functions."""

QUOTED = re.compile(r"'((?:[^'\\]|'')*)'::([^']+)")
PARAMETERS = re.compile(r"\([\d,]+\)")
NEXT = re.compile(r"nextval\('((?:[^']|'')+)'::regclass\)")
PART = re.compile(r'"((?:[^"]|"")*)"|([^".]+)')

RANGES = {"int2": 2**15, "int4": 2**31, "int8": 2**63}


def mapped(module: Module, planned: Planned, column: Column) -> str:
    """Return the line of a class that declares *column*."""
    attribute = planned.attributes[column.name]
    type_, arguments, named = _parts(module, planned, column)
    is_null = column.nullable and column.name not in planned.key
    if is_null and _never_null(module, column):
        # The column may be null, but its domain may not, which is all that Alembic sees.
        named |= {"nullable": "True", "info": '{"compared": False}'}
        is_null = False
    annotation = annotated(module, type_)
    if is_null:
        annotation = f"{annotation} | None"
    first = [] if attribute == column.name else [literal(column.name)]
    second = [type_.source] if type_.source else []
    mapped = f"{attribute}: {module.imports.name('sqlalchemy.orm', 'Mapped')}[{annotation}]"
    said = [*first, *second, *arguments, *filter(None, named.values())]
    if not said:
        return mapped
    function = module.imports.name("sqlalchemy.orm", "mapped_column")
    return f"{mapped} = {call(function, *first, *second, *arguments, **named)}"


def bare(module: Module, planned: Planned, column: Column) -> str:
    """Return the argument of a `Table` that declares *column*."""
    type_, arguments, named = _parts(module, planned, column)
    if not column.nullable and "primary_key" not in named:
        named["nullable"] = "False"
    function = module.imports.name(SQLALCHEMY, "Column")
    return call(function, literal(column.name), spelled(module, type_), *arguments, **named)


def _parts(
    module: Module, planned: Planned, column: Column
) -> tuple[Typed, list[str], dict[str, str | None]]:
    type_ = _collated(module, planned, column, typed(module, column.type))
    if column.nullable:
        type_ = with_null(column.type, type_)
    arguments: list[str] = []
    named: dict[str, str | None] = {}
    key = primary(planned.relation)
    in_key = column.name in (key.columns if key else planned.key)
    if not planned.is_view:
        arguments += inline_keys(module, planned, column)
    if in_key:
        named["primary_key"] = "True"
    if column.identity:
        arguments.append(_identity(module, planned, column, column.identity))
    elif column.generated is not None:
        computed = module.imports.name(SQLALCHEMY, "Computed")
        stored = "True" if column.stored else "False"
        arguments.append(call(computed, sql_literal(unwrapped(column.generated)), persisted=stored))
    elif in_key and _is_serial(planned, column):
        named["autoincrement"] = "True"
    elif column.default is not None:
        named["server_default"] = _default(module, planned, column, column.default)
    elif in_key and key and len(key.columns) == 1 and type_.is_counted and not arguments:
        named["autoincrement"] = "False"
    named |= said_by_column(planned, column)
    named["comment"] = literal(column.comment) if column.comment else None
    _leave(module, planned, column)
    return type_, arguments, named


def _never_null(module: Module, column: Column) -> bool:
    named = module.plan.types.get((column.type.schema, column.type.name))
    if named is None or column.type.dimensions or not isinstance(named.of, Domain):
        return False
    return not named.of.nullable


def _collated(module: Module, planned: Planned, column: Column, type_: Typed) -> Typed:
    if not column.collation:
        return type_
    schema, _, name = column.collation.rpartition(".")
    if not type_.has_words or schema not in {"", "pg_catalog"}:
        module.leave(f"the collation {column.collation} of {_where(planned, column)}")
        return type_
    collation = literal(name.strip('"').replace('""', '"'))
    function, _, arguments = type_.source.removesuffix(")").partition("(")
    given = [arguments] if arguments else []
    return type_._replace(source=call(function, *given, collation=collation))


def _identity(module: Module, planned: Planned, column: Column, identity: Identity) -> str:
    rises = identity.increment > 0
    least, most = _bounds(RANGES.get(column.type.name, 2**63), rises=rises)
    usual = replace(
        identity,
        increment=1,
        minimum=least,
        maximum=most,
        cache=1,
        cycle=False,
        start=identity.minimum if rises else identity.maximum,
    )
    said = {
        word: repr(value)
        for word, value, default in (
            ("always", identity.always, False),
            ("start", identity.start, usual.start),
            ("increment", identity.increment, usual.increment),
            ("minvalue", identity.minimum, usual.minimum),
            ("maxvalue", identity.maximum, usual.maximum),
            ("cycle", identity.cycle, usual.cycle),
            ("cache", identity.cache, usual.cache),
        )
        if value != default
    }
    expected = f"{planned.relation.name}_{column.name}_seq"
    if _last_name(identity.sequence) != expected and len(expected.encode()) < 63:  # noqa: PLR2004
        module.leave(f"the name {identity.sequence} of the sequence of {_where(planned, column)}")
    return call(module.imports.name(SQLALCHEMY, "Identity"), **said)


def _is_serial(planned: Planned, column: Column) -> bool:
    """Whether Postgres would make the very same of `serial`."""
    name = f"{planned.relation.name}_{column.name}_seq"
    own = column.owned_sequence
    return (
        column.default is not None
        and own is not None
        and _last_name(own) == name
        and NEXT.fullmatch(column.default) is not None
        and column.type.name in RANGES
    )


def _default(module: Module, planned: Planned, column: Column, default: str) -> str:
    if function := FUNCTIONS.get(default):
        return f"{module.imports.name(SQLALCHEMY, 'func')}.{function}"
    if (match := QUOTED.fullmatch(default)) and _is_own(column, match[2]):
        return literal(match[1].replace("''", "'"))
    if match := NEXT.fullmatch(default):
        _use_sequence(module, planned, column, match[1].replace("''", "'"))
    return call(module.imports.name(SQLALCHEMY, "text"), sql_literal(default))


def _is_own(column: Column, name: str) -> bool:
    """Whether a text without a type would be taken for one of this type anyway."""
    own = PARAMETERS.sub("", column.type.sql)
    return column.type.kind != "domain" and name in {own, "bpchar" if own == "character" else own}


def _use_sequence(module: Module, planned: Planned, column: Column, name: str) -> None:
    parts = [quoted.replace('""', '"') or plain for quoted, plain in PART.findall(name)]
    key = (parts[-2] if len(parts) > 1 else planned.relation.schema, parts[-1])
    if found := module.plan.sequences.get(key):
        module.define_once(("sequence", key), lambda: _sequence(module, found))
        if found.owned_by:
            module.leave(f"that the sequence {'.'.join(key)} is owned by {_where(planned, column)}")


def _sequence(module: Module, sequence: Sequence) -> str:
    types = {"smallint": "SmallInteger", "integer": "Integer"}
    of = types.get(sequence.type)
    rises = sequence.increment > 0
    limit = {"smallint": 2**15, "integer": 2**31}.get(sequence.type, 2**63)
    least, most = _bounds(limit, rises=rises)
    start = sequence.minimum if rises else sequence.maximum
    base = module.imports.name("..supabase", "Base")
    return call(
        module.imports.name(SQLALCHEMY, "Sequence"),
        literal(sequence.name),
        schema=schema_of(sequence.schema),
        start=str(sequence.start) if sequence.start != start else None,
        increment=str(sequence.increment) if sequence.increment != 1 else None,
        minvalue=str(sequence.minimum) if sequence.minimum != least else None,
        maxvalue=str(sequence.maximum) if sequence.maximum != most else None,
        cache=str(sequence.cache) if sequence.cache != 1 else None,
        cycle="True" if sequence.cycle else None,
        data_type=module.imports.name(SQLALCHEMY, of) if of else None,
        metadata=f"{base}.metadata",
    )


def _bounds(limit: int, *, rises: bool) -> tuple[int, int]:
    """Return how far a sequence counts where nobody said it."""
    return (1, limit - 1) if rises else (-limit, -1)


def _last_name(name: str) -> str:
    quoted, plain = PART.findall(name)[-1]
    return quoted.replace('""', '"') or plain


def _leave(module: Module, planned: Planned, column: Column) -> None:
    if planned.is_view:
        return
    where = _where(planned, column)
    if column.storage:
        module.leave(f"storage {column.storage} of {where}")
    if column.compression:
        module.leave(f"compression {column.compression} of {where}")
    if column.statistics is not None:
        module.leave(f"statistics {column.statistics} of {where}")
    for option in column.options:
        module.leave(f"the option {option} of {where}")


def _where(planned: Planned, column: Column) -> str:
    return f"{planned.relation.schema}.{planned.relation.name}.{column.name}"
