-- The relations that $2 may mean, all for an empty text, and what the role $1 may do with each.
select c.oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
       pg_catalog.pg_get_userbyid(c.relowner)::text as owner,
       c.relrowsecurity as row_security, c.relforcerowsecurity as forced,
       coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on',
                                      'security_invoker=1', 'security_invoker=yes'], false)
           as security_invoker,
       r.rolsuper or r.rolbypassrls as bypasses,
       pg_catalog.pg_has_role(r.oid, c.relowner, 'usage') as owns,
       pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage') as usage,
       array(
           select privilege from unnest(array['select', 'insert', 'update', 'delete']) privilege
           where pg_catalog.has_table_privilege(r.oid, c.oid, privilege)
       ) as granted
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_roles r on r.rolname = $1
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and ($2 = '' or c.relname = $2 or n.nspname || '.' || c.relname = $2)
  and n.nspname !~ '^pg_(toast|temp)'
order by n.nspname || '.' || c.relname <> $2, n.nspname <> 'public', n.nspname, c.relname
