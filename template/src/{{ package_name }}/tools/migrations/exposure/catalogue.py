"""What the roles of the API can reach in the live database, and by which grants. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, text

from ....supabase.tables.policies import Grant
from ...schema.scope import is_of_project

SCHEMAS = text("select nspname from pg_namespace order by nspname")

GRANTEES = """
    with grantees (oid, name) as (
        select 0, 'public'
        union all
        -- Each of the roles, and whoever it also is.
        select oid, rolname from pg_roles
        where exists (
            select from pg_roles named
            where named.rolname = any(:roles) and pg_has_role(named.oid, pg_roles.oid, 'usage')
        )
    )
"""

RELATIONS = text(f"""
    {GRANTEES},
    acl (class, item, col) as (
        select oid, unnest(coalesce(relacl, acldefault('r', relowner))), null
        from pg_class where relkind in ('r', 'p', 'v', 'm', 'f')
        union all
        select oid, unnest(coalesce(relacl, acldefault('s', relowner))), null
        from pg_class where relkind = 'S'
        union all
        select attrelid, unnest(attacl), attname::text from pg_attribute where not attisdropped
    )
    select type, identity, nspname, format('%s.%s', nspname, relname), grantees.name,
           privilege_type, acl.col, is_grantable,
           pg_has_role(relowner, 'usage') and relowner not in (select oid from grantees),
           exists (
               select from pg_depend
               where refclassid = 'pg_class'::regclass and refobjid = pg_class.oid
                 and classid = 'pg_attrdef'::regclass and pg_class.relkind = 'S'
           ),
           parent.name, parent.col, parent.automatic
    from acl
    join pg_class on pg_class.oid = class
    join pg_namespace on pg_namespace.oid = relnamespace and nspname = any(:schemas)
    cross join lateral aclexplode(array[item])
    join grantees on grantees.oid = grantee
    cross join lateral pg_identify_object('pg_class'::regclass, class, 0)
    left join lateral (
        select format('%s.%s', nspname, relname), attname::text, deptype = 'i'
        from pg_depend
        join pg_class owner on owner.oid = refobjid
        join pg_namespace on pg_namespace.oid = owner.relnamespace
        join pg_attribute on attrelid = refobjid and attnum = refobjsubid
        where classid = 'pg_class'::regclass and objid = class and deptype in ('a', 'i')
          and refclassid = 'pg_class'::regclass and pg_class.relkind = 'S'
        union all
        select format('%s.%s', nspname, relname), null, true
        from pg_class root join pg_namespace on pg_namespace.oid = root.relnamespace
        where root.oid = pg_partition_root(class) and pg_class.relispartition
    ) parent (name, col, automatic) on true
""")  # noqa: S608  # text of this module

ROUTINES = text(f"""
    {GRANTEES}
    select type, identity, nspname, format('%s.%s', nspname, proname), grantees.name,
           privilege_type, null, is_grantable,
           pg_has_role(proowner, 'usage') and proowner not in (select oid from grantees),
           exists (
               select from pg_depend
               where refclassid = 'pg_proc'::regclass and refobjid = pg_proc.oid
                 and classid <> 'pg_trigger'::regclass
           ),
           null, null, null
    from pg_proc
    join pg_namespace on pg_namespace.oid = pronamespace and nspname = any(:schemas)
    cross join lateral aclexplode(coalesce(proacl, acldefault('f', proowner)))
    join grantees on grantees.oid = grantee
    cross join lateral pg_identify_object('pg_proc'::regclass, pg_proc.oid, 0)
    -- Only a trigger can call what returns one, whoever may execute it.
    where prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
      -- An extension's own, unless it acts as somebody else.
      and (prosecdef or not exists (
          select from pg_depend
          where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e'
      ))
""")  # noqa: S608  # text of this module

USAGES = text(f"""
    {GRANTEES}
    select type, identity, nspname, nspname, grantees.name,
           privilege_type, null, is_grantable,
           pg_has_role(nspowner, 'usage') and nspowner not in (select oid from grantees), false,
           null, null, null
    from pg_namespace
    cross join lateral aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    join grantees on grantees.oid = grantee
    cross join lateral pg_identify_object('pg_namespace'::regclass, pg_namespace.oid, 0)
    where nspname = any(:schemas)
""")  # noqa: S608  # text of this module


@dataclass(frozen=True)
class Parent:
    """What a sequence or a partition belongs to."""

    table: str
    column: str | None
    """Of a sequence."""
    is_inner: bool
    """A partition, or the sequence of an identity, which no INSERT needs a grant for."""


@dataclass(frozen=True)
class Reachable:
    """What somebody can reach."""

    kind: str
    """In the words of Postgres: `materialized view`."""
    identity: str
    """With its schema, and the types of its arguments."""
    schema: str
    name: str
    """The schema and the name, as nothing is quoted."""
    can_be_closed: bool
    """Whether this login may take the grants away."""
    is_needed: bool
    """A policy, a default, a view or an index uses it as whoever asks."""
    parent: Parent | None
    grants: frozenset[Grant] = frozenset()

    @property
    def what(self) -> str:
        """Return how `exposed()` names it."""
        return f"{self.kind} {self.identity}"


def read_reachable(connection: Connection, roles: Collection[str]) -> list[Reachable]:
    """Return what *roles*, or everybody, can reach in the project's own schemas."""
    schemas = [name for name in connection.scalars(SCHEMAS) if is_of_project(name)]
    asked = {"roles": [*roles], "schemas": schemas}
    found = (connection.execute(each, asked) for each in (USAGES, RELATIONS, ROUTINES))
    return sorted((each for rows in found for each in _collected(rows)), key=lambda each: each.what)


def _collected(rows: Iterable[Row[Any]]) -> list[Reachable]:
    grants: dict[Reachable, set[Grant]] = defaultdict(set)
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        kind, identity, schema, name, role, privilege, column, passed_on = values[:8]
        can_be_closed, is_needed, table, key, is_inner = values[8:]
        parent = Parent(table, key, is_inner) if table else None
        thing = Reachable(kind, identity, schema, name, can_be_closed, is_needed, parent)
        grants[thing].add(Grant(role, privilege.lower(), column, passed_on))
    return [replace(thing, grants=frozenset(granted)) for thing, granted in grants.items()]
