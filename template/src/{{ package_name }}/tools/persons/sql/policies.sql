-- The policies of the table $2, whether each is for the role $1, and what it needs that is closed.
select p.polname::text as name,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                     when 'd' then 'delete' else 'all' end as command,
       p.polpermissive as permissive,
       array(
           select case role when 0 then 'public' else pg_catalog.pg_get_userbyid(role)::text end
           from unnest(p.polroles) role order by 1
       ) as roles,
       exists (
           select from unnest(p.polroles) role
           where role = 0 or pg_catalog.pg_has_role(r.oid, role, 'usage')
       ) as is_for_role,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) as using,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as check,
       array(
           select f.oid::regprocedure::text
           from pg_catalog.pg_depend d
           join pg_catalog.pg_proc f on f.oid = d.refobjid
           where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
             and d.refclassid = 'pg_catalog.pg_proc'::regclass
             and not pg_catalog.has_function_privilege(r.oid, f.oid, 'execute')
       ) as closed_functions,
       array(
           select t.oid::regclass::text
           from pg_catalog.pg_depend d
           join pg_catalog.pg_class t on t.oid = d.refobjid and t.relkind in ('r', 'p', 'v', 'm', 'f')
           where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
             and d.refclassid = 'pg_catalog.pg_class'::regclass and t.oid <> p.polrelid
             and not pg_catalog.has_any_column_privilege(r.oid, t.oid, 'select')
       ) as closed_tables,
       coalesce((
           select pg_catalog.string_agg(f.prosrc, ' ')
           from pg_catalog.pg_depend d
           join pg_catalog.pg_proc f on f.oid = d.refobjid and f.oid >= 16384
           where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
             and d.refclassid = 'pg_catalog.pg_proc'::regclass
       ), '') as sources
from pg_catalog.pg_policy p
join pg_catalog.pg_roles r on r.rolname = $1
where p.polrelid = $2
order by not p.polpermissive, p.polname
