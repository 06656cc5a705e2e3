"""Who shall reach what, as far as somebody has said so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.dialects import postgresql

from ....supabase.tables.exposed import all_exposed
from ....supabase.tables.functions import declared_functions
from ....supabase.tables.policies import API_ROLES, Grant, is_unmanaged, named_roles
from ....supabase.tables.views import declared_views
from ...schema.scope import is_of_project
from ..ours import DEFAULT, Ours
from ..policies.declared import LOGIN, declared, reaching
from .catalogue import Reachable

FUNCTIONS = text("""
    select format('%I.%I(%s)', nspname, proname, oidvectortypes(proargtypes))
    from unnest(cast(:names as text[])) name
    join pg_proc on pg_proc.oid = to_regprocedure(name)
    join pg_namespace on pg_namespace.oid = pronamespace
""")

_names = postgresql.dialect().identifier_preparer


@dataclass(frozen=True)
class Known:
    """What is declared."""

    own: Ours
    tables: Mapping[str, Table]
    """Those whose grants a migration makes, by their full name."""
    left: frozenset[str]
    """Those over which the database alone decides."""
    views: frozenset[str]
    functions: frozenset[str]
    """Those that have declarations of their own, by name and by identity."""
    meant: Mapping[str, frozenset[Grant]]
    """What `exposed()` says, by what it names."""
    usages: Mapping[str, set[str]]
    """The roles for which something in a schema is."""
    others: frozenset[str]
    """Roles that are declared something and are none of the API's."""

    def wanted(self, found: Reachable) -> frozenset[Grant] | None:
        """Return the grants that shall be on what was *found*; None where that is not said here."""
        if found.what in self.meant:
            return self.meant[found.what]
        if found.kind == "schema":
            return self._usage(found)
        if self._is_left(found) or self._is_declared(found):
            return None
        if found.kind == "sequence" and found.parent and found.parent.column:
            table = self.tables.get(found.parent.table)
            if table is not None and not found.parent.is_inner:
                return sequence_grants(table, found.parent.column)
        return frozenset()

    def is_ours(self, found: Reachable) -> bool:
        """Whether a migration may change what it is, if it is a table or belongs to one."""
        table = found.parent.table if found.parent else found.name
        return table in self.tables or not (found.parent or found.kind == "table")

    def _is_left(self, found: Reachable) -> bool:
        table = found.parent.table if found.parent else found.name
        is_compared = found.kind == "table" and not found.parent and table in self.tables
        return is_compared or table in self.left or self.own.is_named(table)

    def _is_declared(self, found: Reachable) -> bool:
        if found.kind.endswith("view"):
            return found.name in self.views
        return found.identity in self.functions

    def _usage(self, found: Reachable) -> frozenset[Grant]:
        """Return who needs to get in; everybody gets into `public`, which is born so."""
        wanted = frozenset(Grant(role, "usage") for role in self.usages.get(found.schema, ()))
        if found.schema != DEFAULT:
            return wanted
        usual = frozenset(grant for grant in found.grants if grant.privilege == "usage")
        return usual if Grant("public", "usage") in usual else usual | wanted


def watched(metadata: MetaData) -> set[str]:
    """Return the roles whose grants are looked at."""
    return {*API_ROLES, LOGIN} | named_roles(metadata)


def known(
    connection: Connection, metadata: MetaData, own: Ours, every: Iterable[Reachable]
) -> Known:
    """Return what is declared of *every* thing that somebody could reach."""
    ours = {
        f"{table.schema or DEFAULT}.{table.name}": table
        for table in metadata.sorted_tables
        if table.info.get("compared", True) and is_of_project(table.schema or DEFAULT)
    }
    left = frozenset(name for name, table in ours.items() if is_unmanaged(table))
    tables = {
        name: table for name, table in ours.items() if name not in left and not own.is_named(name)
    }
    meant = all_exposed(metadata)
    usages = _usages(tables, metadata)
    for found in every:
        usages[found.schema] |= {grant.role for grant in meant.get(found.what, ())}
    return Known(
        own,
        tables,
        left,
        frozenset(f"{view.schema}.{view.name}" for view in declared_views(metadata)),
        frozenset(_identities(connection, metadata)),
        meant,
        usages,
        frozenset(watched(metadata) - {*API_ROLES}),
    )


def sequence_grants(table: Table, column: str) -> frozenset[Grant]:
    """Return what an INSERT into *table* takes from the sequence behind *column*."""
    return frozenset(
        Grant(grant.role, "usage")
        for grant in declared(table, None).grants
        if grant.privilege == "insert" and grant.column in (None, column)
    )


def _identities(connection: Connection, metadata: MetaData) -> Iterable[str]:
    quote = _names.quote_identifier
    every = declared_functions(metadata)
    names = [f"{quote(f.schema)}.{quote(f.name)}({', '.join(f.types)})" for f in every]
    return connection.scalars(FUNCTIONS, {"names": names}) if names else ()


def _usages(tables: Mapping[str, Table], metadata: MetaData) -> dict[str, set[str]]:
    usages: dict[str, set[str]] = defaultdict(set)
    for table in tables.values():
        roles = {grant.role for grant in declared(table, None).grants}
        usages[table.schema or DEFAULT] |= roles
    for view in declared_views(metadata):
        usages[view.schema] |= {grant.role for grant in reaching(view.grants)}
    for function in declared_functions(metadata):
        may = (Grant(role, "execute") for role in function.execute)
        usages[function.schema] |= {grant.role for grant in reaching(may)}
    return usages
