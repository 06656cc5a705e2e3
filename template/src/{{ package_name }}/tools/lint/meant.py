"""What is declared: who shall have which privilege, and what is open on purpose, and of what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, text
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.exc import DBAPIError

from ...supabase.tables.exposed import all_exposed, exposed_because
from ...supabase.tables.functions import DeclaredFunction, declared_functions
from ...supabase.tables.policies import API_ROLES, is_unmanaged, named_roles
from ...supabase.tables.views import declared_views
from ..migrations.ours import DEFAULT, ours
from ..migrations.policies.catalogue import read
from ..migrations.policies.declared import LOGIN, declared
from ..schema.scope import is_of_project

FOUND = text("""
    select said, to_regprocedure((regexp_match(said, '^(function|procedure) (.*)$'))[2])::oid,
           to_regclass((regexp_match(said, '^(.*table|.*view) (.*)$'))[2])::oid
    from unnest(cast(:names as text[])) as said
    where said ~ '^(function|procedure|table|view|materialized view|foreign table) '
""")
"""By the search path of migrations, under which their names are told."""
IDENTITIES = text("""
    select pg_proc.oid, format(
        '%s %I.%I(%s)', case prokind when 'p' then 'procedure' else 'function' end,
        nspname, proname, oidvectortypes(proargtypes)
    )
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where pg_proc.oid = any(cast(:oids as oid[]))
    union all
    select pg_class.oid, format(
        '%s %I.%I', case relkind when 'v' then 'view' when 'm' then 'materialized view'
                                 when 'f' then 'foreign table' else 'table' end,
        nspname, relname
    )
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = any(cast(:oids as oid[]))
""")
PATH = text("select set_config('search_path', :path, true)")

_names = asyncpg.dialect().identifier_preparer


@dataclass(frozen=True)
class Reason:
    """Why something is open to these roles."""

    roles: frozenset[str]
    because: str


@dataclass(frozen=True)
class Meant:
    """What the advisories are told of the declarations."""

    reasons: Mapping[str, Reason]
    """By the name of the object."""
    tables: list[dict[str, str]]
    """Those whose privileges a migration makes."""
    grants: list[dict[str, str | None]]
    watched: list[str]
    """The roles whose privileges are compared."""


def meant(connection: Connection, metadata: MetaData, migrations: Path) -> Meant:
    """Return what *metadata* declares; *migrations* has the patterns of what is not ours."""
    own = ours(metadata, migrations, ())
    watched = {*API_ROLES, LOGIN} | named_roles(metadata)
    found = read(connection, watched)
    tables: list[dict[str, str]] = []
    grants: list[dict[str, str | None]] = []
    for table in metadata.sorted_tables:
        schema = table.schema or DEFAULT
        is_compared = table.info.get("compared", True) and is_of_project(schema)
        if not is_compared or is_unmanaged(table) or own.is_named(f"{schema}.{table.name}"):
            continue
        place = {"schema": schema, "table": table.name}
        tables.append(place)
        for grant in declared(table, found.get((schema, table.name))).grants:
            said = {"role": grant.role, "privilege": grant.privilege, "column": grant.column}
            grants.append({**place, **said})
    return Meant(_identified(connection, metadata), tables, grants, sorted(watched))


def _identified(connection: Connection, metadata: MetaData) -> dict[str, Reason]:
    """Return the reasons by the names that objects have without any search path."""
    reasons = dict(_reasons(metadata))
    if not reasons:
        return reasons
    before: Any = connection.scalar(text("select current_setting('search_path')"))
    connection.execute(PATH, {"path": "public, extensions"})
    oids = _found(connection, reasons)
    connection.execute(PATH, {"path": ""})
    names = connection.execute(IDENTITIES, {"oids": [oid for oid in oids if oid]})
    reasons |= {name: reasons[oids[oid]] for oid, name in names}
    connection.execute(PATH, {"path": before})
    return reasons


def _found(connection: Connection, names: Iterable[str]) -> dict[int, str]:
    """Return which of *names* stands for which object."""
    try:
        with connection.begin_nested():
            rows = connection.execute(FOUND, {"names": [*names]})
            return {routine or relation: said for said, routine, relation in rows}
    except DBAPIError:
        # A login that may not look into a schema: the names stand as they are written.
        return {}


def _reasons(metadata: MetaData) -> Iterator[tuple[str, Reason]]:
    because = exposed_because(metadata)
    for what, grants in all_exposed(metadata).items():
        yield what, Reason(frozenset(grant.role for grant in grants), because[what])
    quote = _names.quote_identifier
    for view in declared_views(metadata):
        kind = "materialized view" if view.materialized else "view"
        roles = frozenset(grant.role for grant in view.grants)
        if view.because:
            name = f"{quote(view.schema)}.{quote(view.name)}"
            yield f"{kind} {name}", Reason(roles, view.because)
    for function in declared_functions(metadata):
        if function.because:
            yield (
                f"function {_signature(function)}",
                Reason(frozenset(function.execute), function.because),
            )


def _signature(function: DeclaredFunction) -> str:
    quote = _names.quote_identifier
    name = f"{quote(function.schema)}.{quote(function.name)}"
    return f"{name}({', '.join(function.types)})"
