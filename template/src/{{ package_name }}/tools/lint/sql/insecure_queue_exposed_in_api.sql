-- A queue whose messages a role of the API reaches.
select format('table %I.%I', nspname, relname) as object, 'error' as level,
       format('row level security is off, and %s may reach its messages', reached) as why,
       format('alter table %I.%I enable row level security', nspname, relname) as remedy
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
cross join lateral (
    select string_agg(rolname, ' and ' order by rolname) from caller
    where has_schema_privilege(caller.oid, relnamespace, 'usage')
      and (has_table_privilege(caller.oid, pg_class.oid, 'delete')
           or has_any_column_privilege(caller.oid, pg_class.oid, 'select, insert, update'))
) as reach (reached)
where nspname = 'pgmq' and relname ~ '^[qa]_' and relkind in ('r', 'p') and not relrowsecurity
  and reached is not null
