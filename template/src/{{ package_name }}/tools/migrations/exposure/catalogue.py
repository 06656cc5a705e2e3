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
    ),
    -- Each has a row that grants nothing.
    granted (class, role, privilege, col, passed_on) as (
        select class, name, privilege_type, col, is_grantable
        from acl cross join lateral aclexplode(array[item])
        join grantees on grantees.oid = grantee
        union all
        select oid, null, null, null, null
        from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    )
    select type, identity, nspname, format('%s.%s', nspname, relname),
           role, privilege, granted.col, passed_on,
           pg_has_role(relowner, 'usage') and relowner not in (select oid from grantees),
           exists (
               select from pg_depend
               where refclassid = 'pg_class'::regclass and refobjid = class
                 and classid = 'pg_attrdef'::regclass and relkind = 'S' and parent.name is null
           ),
           parent.name, parent.col, parent.automatic
    from granted
    join pg_class on pg_class.oid = class
    join pg_namespace on pg_namespace.oid = relnamespace and nspname = any(:schemas)
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
    {GRANTEES},
    granted (routine, role, privilege, passed_on) as (
        select pg_proc.oid, name, privilege_type, is_grantable
        from pg_proc cross join lateral aclexplode(coalesce(proacl, acldefault('f', proowner)))
        join grantees on grantees.oid = grantee
        union all
        select oid, null, null, null from pg_proc
    )
    select type, format('%I.%I(%s)', nspname, proname, oidvectortypes(proargtypes)), nspname,
           format('%s.%s', nspname, proname), role, privilege, null, passed_on,
           pg_has_role(proowner, 'usage') and proowner not in (select oid from grantees),
           exists (
               select from pg_depend
               where refclassid = 'pg_proc'::regclass and refobjid = routine
                 and classid <> 'pg_trigger'::regclass
           ),
           null, null, null
    from granted
    join pg_proc on pg_proc.oid = routine
    join pg_namespace on pg_namespace.oid = pronamespace and nspname = any(:schemas)
    cross join lateral pg_identify_object('pg_proc'::regclass, routine, 0)
    -- An aggregate acts as whoever asks; only a trigger can call what returns one.
    where prokind <> 'a' and prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
      -- An extension's own, unless it acts as somebody else.
      and (prosecdef or not exists (
          select from pg_depend
          where classid = 'pg_proc'::regclass and objid = routine and deptype = 'e'
      ))
""")  # noqa: S608  # text of this module

USAGES = text(f"""
    {GRANTEES},
    granted (schema, role, privilege, passed_on) as (
        select pg_namespace.oid, name, privilege_type, is_grantable
        from pg_namespace cross join lateral aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
        join grantees on grantees.oid = grantee
        union all
        select oid, null, null, null from pg_namespace
    )
    select type, identity, nspname, nspname, role, privilege, null, passed_on,
           pg_has_role(nspowner, 'usage') and nspowner not in (select oid from grantees), false,
           null, null, null
    from granted
    join pg_namespace on pg_namespace.oid = schema
    cross join lateral pg_identify_object('pg_namespace'::regclass, schema, 0)
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
    """What somebody could reach."""

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
    """Return what is in the project's own schemas, with what *roles*, or everybody, may do."""
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
        grants[thing] |= {Grant(role, privilege.lower(), column, passed_on)} if role else set()
    return [replace(thing, grants=frozenset(granted)) for thing, granted in grants.items()]
