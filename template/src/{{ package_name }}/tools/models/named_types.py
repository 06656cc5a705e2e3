"""Enums, domains and sequences: what several columns may share, defined before the tables."""

from ..schema.catalogue import Domain, Enum
from ..schema.relations import TypeName
from .literals import call, literal, sql_literal
from .module import Module
from .plan import DEFAULT_SCHEMA, NamedType
from .scan import unwrapped
from .types import SQLALCHEMY, Typed, spelled, typed


def define(module: Module, named: NamedType) -> str:
    """Return the statements that define it."""
    if named.of.comment:
        module.leave(f"the comment on the type {named.of.schema}.{named.of.name}")
    if isinstance(named.of, Enum):
        return _enum(module, named, named.of)
    return _domain(module, named, named.of)


def schema_of(schema: str) -> str | None:
    """Return a schema as an argument; the usual one is not said."""
    return None if schema == DEFAULT_SCHEMA else literal(schema)


def with_null(name: TypeName, type_: Typed) -> Typed:
    """Return *type_* so that None is null: JSON has a word `null` of its own."""
    if name.dimensions or name.name not in {"json", "jsonb"}:
        return type_
    return type_._replace(source=call(type_.source, none_as_null="True"))


def _enum(module: Module, named: NamedType, enum: Enum) -> str:
    words = module.imports.name("typing", "Literal")
    arguments = module.imports.name("typing", "get_args")
    name = module.imports.name(SQLALCHEMY, "Enum")
    values = ", ".join(map(literal, enum.values))
    enum_ = call(
        name,
        f"*{arguments}({named.alias})",
        name=literal(enum.name),
        schema=schema_of(enum.schema),
        metadata=_metadata(module, named),
    )
    return f"{named.alias} = {words}[{values}]\n{named.constant} = {enum_}"


def _domain(module: Module, named: NamedType, domain: Domain) -> str:
    of = with_null(domain.type, typed(module, domain.type))
    check = domain.checks[0] if domain.checks else None
    usual = f"{domain.name}_check"
    has_name = check is not None and check.name != usual
    # What SQLAlchemy writes between the name and the check would get the name.
    can_say = len(domain.checks) <= 1 and not (has_name and not domain.nullable)
    if not can_say:
        names = ", ".join(each.name for each in domain.checks)
        module.leave(f"the domain {domain.schema}.{domain.name}, for its checks {names}")
    collation = _collation(domain.collation) if domain.collation else None
    name = module.imports.name("..supabase", "Domain")
    source = call(
        name,
        literal(domain.name),
        spelled(module, of),
        schema=schema_of(domain.schema),
        collation=collation,
        default=_text(module, domain.default),
        not_null=None if domain.nullable else "True",
        constraint_name=literal(check.name) if check and has_name else None,
        check=_text(module, unwrapped(check.expression)) if check and can_say else None,
        create_type=None if can_say else "False",
        metadata=_metadata(module, named),
    )
    return f"{named.constant} = {source}"


def _metadata(module: Module, named: NamedType) -> str | None:
    """Have a type made before all tables, where the domain of a column is made of it."""
    key = named.of.schema, named.of.name
    domains = [each.of for each in module.plan.types.values() if isinstance(each.of, Domain)]
    if any((each.type.schema, each.type.name) == key for each in domains):
        return f"{module.imports.name('..supabase', 'Base')}.metadata"
    return None


def _text(module: Module, expression: str | None) -> str | None:
    if expression is None:
        return None
    return call(module.imports.name(SQLALCHEMY, "text"), sql_literal(expression))


def _collation(collation: str) -> str:
    return literal(collation.removeprefix("pg_catalog.").strip('"'))
