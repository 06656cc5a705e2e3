-- Views and materialized views, with what makes them again.
select c.oid, case c.relkind when 'v' then 'view' else 'materialized view' end as kind,
       format('%I.%I', n.nspname, c.relname) as name,
       format('%I.%I', n.nspname, c.relname) as place,
       rtrim(pg_get_viewdef(c.oid), ';') as definition,
       array(
           select format('%I %s %s', attname, format_type(atttypid, atttypmod),
                         nullif(attcollation, 0)::regcollation)
           from pg_attribute where attrelid = c.oid and attnum > 0 order by attnum
       ) as shape,
       coalesce(c.reloptions, '{}') as options,
       x.indexes, x.index_names,
       c.relispopulated as populated, pg_has_role(c.relowner, 'usage') as droppable,
       obj_description(c.oid, 'pg_class') as comment,
       coalesce((
           select jsonb_agg(jsonb_build_array(
                      case grantee when 0 then 'public' else pg_get_userbyid(grantee) end,
                      lower(privilege_type), col, is_grantable))
           from (
               select null as col, item.* from aclexplode(c.relacl) item
               union all
               select attname, item.*
               from pg_attribute cross join lateral aclexplode(attacl) item
               where attrelid = c.oid and not attisdropped
           ) acl
           where grantee <> c.relowner
       ), '[]') as grants
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (
    select coalesce(array_agg(pg_get_indexdef(i.indexrelid) order by x.relname), '{}'),
           coalesce(array_agg(format('%I.%I', n.nspname, x.relname) order by x.relname), '{}')
    from pg_class r
    join pg_index i on i.indrelid = r.oid
    join pg_class x on x.oid = i.indexrelid
    where r.oid = c.oid
       or r.relnamespace = pg_my_temp_schema() and r.relname = c.relname || ' rows'
) x (indexes, index_names)
where c.oid = any(cast(:asked as oid[])) and c.relkind in ('v', 'm')
