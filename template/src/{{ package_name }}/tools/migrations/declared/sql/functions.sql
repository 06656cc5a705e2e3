-- Functions and procedures, with what makes them again.
select p.oid, case p.prokind when 'p' then 'procedure' else 'function' end as kind,
       format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as name,
       format('%I.%I', n.nspname, p.proname) as place,
       rtrim(pg_get_functiondef(p.oid), e'\n') as definition,
       -- What `or replace` cannot change; a default may come, but not go.
       array[
           p.prokind::text, pg_get_function_result(p.oid), p.proargnames::text,
           p.proargmodes::text, p.proallargtypes::regtype[]::text, p.pronargdefaults::text
       ] as shape,
       '{}'::text[] as options, '{}'::text[] as indexes, '{}'::text[] as index_names,
       true as populated,
       pg_has_role(p.proowner, 'usage') as droppable,
       obj_description(p.oid, 'pg_proc') as comment,
       coalesce((
           select jsonb_agg(jsonb_build_array(
                      case grantee when 0 then 'public' else pg_get_userbyid(grantee) end,
                      lower(privilege_type), null, is_grantable))
           from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
           where grantee <> p.proowner
       ), '[]') as grants
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where p.oid = any(cast(:asked as oid[])) and p.prokind in ('f', 'p', 'w')
