"""What the live database has of row level security and grants. Reads only."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, text

from ....supabase.tables.policies import Grant, Policy, Security

TableKey = tuple[str, str]
"""Schema and name."""

TABLES = text("""
    select nspname, relname, relrowsecurity, relforcerowsecurity
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p')
""")

POLICIES = text("""
    select nspname, relname, polname,
           case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                       when 'd' then 'delete' else 'all' end,
           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
           array(select case role when 0 then 'public' else pg_get_userbyid(role) end::text
                 from unnest(polroles) role),
           polpermissive
    from pg_policy
    join pg_class on pg_class.oid = polrelid
    join pg_namespace on pg_namespace.oid = relnamespace
    order by polname
""")

GRANTS = text("""
    with acl (class, col, item) as (
        select oid, null, relacl from pg_class where relkind in ('r', 'p')
        union all
        select attrelid, attname::text, attacl from pg_attribute where not attisdropped
    )
    select nspname, relname, lower(privilege_type), col, is_grantable,
           case grantee when 0 then 'public' else pg_get_userbyid(grantee) end
    from acl
    cross join lateral aclexplode(item)
    join pg_class on pg_class.oid = class and grantee <> relowner and relkind in ('r', 'p')
    join pg_namespace on pg_namespace.oid = relnamespace
""")


MISSING = text("""
    select rolname from pg_roles
    where rolname = any(:roles) and not pg_has_role(:login, oid, 'member')
      and exists (select from pg_roles where rolname = :login)
    order by rolname
""")


def select_missing(connection: Connection, login: str, roles: Collection[str]) -> list[str]:
    """Return those of *roles* that *login*, if there is one, is no member of."""
    return [*connection.scalars(MISSING, {"login": login, "roles": [*roles]})]


def read(connection: Connection, roles: Collection[str]) -> dict[TableKey, Security]:
    """Return how each table is secured, with the grants that *roles* have on it."""
    policies: dict[TableKey, list[Policy]] = defaultdict(list)
    for schema, table, name, command, using, check, to, permissive in connection.execute(POLICIES):
        policy = Policy(
            name, command, using=using, check=check, to=tuple(to), restrictive=not permissive
        )
        policies[schema, table].append(policy)
    grants: dict[TableKey, set[Grant]] = defaultdict(set)
    for schema, table, privilege, column, passed_on, role in connection.execute(GRANTS):
        if role in roles:
            grants[schema, table].add(Grant(role, privilege, column, passed_on))
    return {
        (schema, table): Security(
            tuple(policies[schema, table]), frozenset(grants[schema, table]), enabled, forced
        )
        for schema, table, enabled, forced in connection.execute(TABLES)
    }
