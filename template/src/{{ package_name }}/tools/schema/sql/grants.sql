-- What others than its owner may do with an object. Where nothing was ever granted, nobody may do
-- anything, but for functions: everybody may call them.
with acl (catalogue, object, owner, "column", items) as (
    select 'pg_namespace', oid, nspowner, null, nspacl
    from pg_namespace where oid = any(cast(:schemas as oid[]))
    union all
    select 'pg_class', oid, relowner, null, relacl
    from pg_class where relnamespace = any(cast(:schemas as oid[]))
    union all
    select 'pg_class', c.oid, c.relowner, a.attname::text, a.attacl
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = any(cast(:schemas as oid[])) and not a.attisdropped
    union all
    select 'pg_proc', oid, proowner, null, coalesce(proacl, acldefault('f', proowner))
    from pg_proc where pronamespace = any(cast(:schemas as oid[]))
)
select acl.catalogue, acl.object,
       case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee)::text end as role,
       lower(g.privilege_type) as privilege, acl.column, bool_or(g.is_grantable) as grantable
from acl cross join lateral aclexplode(acl.items) g
where g.grantee <> acl.owner
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
