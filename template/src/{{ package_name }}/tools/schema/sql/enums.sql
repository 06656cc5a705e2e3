-- Enums, and their values in the order that Postgres sorts them by.
select t.oid, t.typnamespace as namespace, n.nspname as schema, t.typname as name,
       array(
           select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder
       ) as values,
       d.description as comment
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
left join pg_description d on d.objoid = t.oid and d.classoid = 'pg_type'::regclass
where t.typnamespace = any(cast(:schemas as oid[])) and t.typtype = 'e'
order by n.nspname, t.typname
