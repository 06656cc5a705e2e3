"""A whole catalogue as the statements that make it on an empty project. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from ..schema.catalogue import Catalogue, Schema
from ..schema.scope import MANAGED
from . import hanging
from .making import made_in
from .order import Made, in_order
from .words import full, literal, quote

BODIES_LATER = "set local check_function_bodies = off"
"""A function may name a table that is made after it."""

OF_POSTGRES = {"plpgsql"}


def statements_of(catalogue: Catalogue, managed: Catalogue) -> Iterator[str]:
    """Yield what makes *catalogue*, and what it hung on tables of Supabase's, as *managed* has it.

    Owners are left out: whoever runs it owns all of it.
    """
    schemas = catalogue.schemas
    yield BODIES_LATER
    for schema in schemas:
        if schema.name != "public":
            yield f"create schema if not exists {quote(schema.name)}"
            yield from hanging.said(f"schema {quote(schema.name)}", schema.comment)
    for extension in catalogue.extensions:
        if extension.name not in OF_POSTGRES:
            yield create_extension(extension.name, extension.schema)
    early, late = in_order(made for schema in schemas for made in made_in(schema))
    yield from _with_keys(early, schemas)
    yield from _with_keys(late, schemas)
    tables = [each for schema in schemas for each in hanging.flat(schema.relations)]
    for table in tables:
        yield from hanging.foreign_keys(table)
    for schema in schemas:
        yield from hanging.owned_sequences(schema)
    for table in tables:
        yield from hanging.triggers(full(table.schema, table.name), table.triggers)
    for table in tables:
        yield from hanging.security(table)
    for schema in schemas:
        yield from hanging.other_grants(schema)
        yield from hanging.comments(schema)
    yield from _on_supabases_tables(managed, {schema.name for schema in schemas})


def left_out(catalogue: Catalogue) -> list[str]:
    """Name what Postgres does not print, or what another database may not have."""
    found: list[str] = []
    for schema in catalogue.schemas:
        found += [
            f"aggregate {full(schema.name, each.name)}({each.arguments})"
            for each in schema.functions
            if each.extension is None and each.definition is None
        ]
        for relation in hanging.flat(schema.relations):
            name = full(schema.name, relation.name)
            found += [f"foreign table {name}"] if relation.server else []
            others = {grant.role for grant in relation.grants} - {*hanging.ROLES}
            found += [f"what {role} may do with {name}" for role in sorted(others)]
        found += [
            f"the canonical function of range {full(schema.name, each.name)}"
            for each in schema.ranges
            if each.canonical
        ]
    return found


def create_extension(name: str, schema: str) -> str:
    """Return what makes an extension wherever the server has it, and tells where it has not."""
    # Those of a schema of Supabase's make it themselves.
    placed = "" if _makes_its_schema(schema) else f" with schema {quote(schema)}"
    missing = literal(f"the extension {name} is not available here")
    return f"""do $$
begin
    if exists (select from pg_available_extensions where name = {literal(name)}) then
        create extension if not exists {quote(name)}{placed};
    else
        raise notice {missing};
    end if;
end
$$"""


def _makes_its_schema(schema: str) -> bool:
    return schema in {"", "pg_catalog"} or (
        schema != "extensions" and MANAGED.fullmatch(schema) is not None
    )


def _with_keys(made: Sequence[Made], schemas: Sequence[Schema]) -> Iterator[str]:
    relations: Mapping[tuple[str, str], hanging.Relation] = {
        (each.schema, each.name): each
        for schema in schemas
        for each in hanging.flat(schema.relations)
    }
    yield from (each.statement for each in made)
    for each in made:
        if each.name in relations:
            yield from hanging.keys(relations[each.name])


def _on_supabases_tables(managed: Catalogue, schemas: set[str]) -> Iterator[str]:
    """Yield triggers on `auth.users` and the like that call a function of the project's.

    Policies on `storage.objects` are the project's own, too.
    """
    for schema in managed.schemas:
        for relation in schema.relations:
            table = full(schema.name, relation.name)
            ours = [it for it in relation.triggers if it.function.partition(".")[0] in schemas]
            yield from hanging.triggers(table, ours)
            if schema.name == "storage":
                yield from hanging.policies(relation)
