-- Privileges on a table that its feature does not declare.
, wanted as materialized (
    select relation.oid, role, privilege, "column", is_table
    from jsonb_to_recordset(current_setting('lint.declared')::jsonb)
        as said (schema text, "table" text, role text, privilege text, "column" text)
    join relation on nspname = schema and relname = "table"
    cross join lateral (select "column" is null) as whole (is_table)
),
watched (oid, rolname) as (
    select 0, 'public'
    union all
    select oid, rolname from pg_roles
    where rolname in (select jsonb_array_elements_text(current_setting('lint.watched')::jsonb))
),
found as (
    select relation.oid, acl.grantee, lower(privilege_type) as privilege, null as "column",
           is_grantable
    from relation
    join pg_class using (oid)
    cross join lateral aclexplode(relacl) as acl
    union all
    select relation.oid, acl.grantee, lower(privilege_type), attname::text, is_grantable
    from relation
    join pg_attribute on attrelid = relation.oid and attacl is not null and not attisdropped
    cross join lateral aclexplode(attacl) as acl
),
beyond as (
    select found.oid, rolname, found.privilege, found."column"
    from found join watched on watched.oid = grantee
    where found.oid in (
        select relation.oid
        from jsonb_to_recordset(current_setting('lint.tables')::jsonb)
            as said (schema text, "table" text)
        join relation on nspname = schema and relname = "table"
    )
    and (
        is_grantable
        -- Each a list that is searched by a hash, however many tables there are.
        or not ((found.oid, rolname, privilege) in (
                    select oid, role, wanted.privilege from wanted where is_table
                )
                or (found.oid, rolname, privilege, coalesce("column", '')) in (
                    select oid, role, wanted.privilege, wanted."column" from wanted
                    where not is_table
                ))
    )
),
regrant (oid, role, privileges) as (
    select oid, role, string_agg(
               privilege || case when is_table then '' else format(' (%s)', columns) end,
               ', ' order by privilege
           )
    from (
        select oid, role, privilege, is_table, string_agg(quote_ident("column"), ', ') as columns
        from wanted group by oid, role, privilege, is_table
    ) as each
    group by oid, role
)
select object, 'error' as level,
       format(
           '%s may %s, and its feature declares no such thing', rolname,
           string_agg(distinct privilege || coalesce(' ' || quote_ident("column"), ''), ', ')
       ) as why,
       format('revoke all on table %s from %s', name, role_name)
       || case when privileges is null then ''
               else format(E';\ngrant %s on table %s to %s', privileges, name, role_name)
          end as remedy
from beyond
join relation using (oid)
left join regrant on regrant.oid = relation.oid and role = rolname
cross join lateral (
    select case when rolname = 'public' then rolname else quote_ident(rolname) end
) as quoted (role_name)
group by relation.oid, object, name, rolname, role_name, privileges
