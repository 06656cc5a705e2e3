-- Composite types; their fields are columns. The row type of a table is none.
select t.oid, t.typnamespace as namespace, n.nspname as schema, t.typname as name,
       c.oid as relation, d.description as comment
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
left join pg_description d on d.objoid = t.oid and d.classoid = 'pg_type'::regclass
where t.typnamespace = any(cast(:schemas as oid[]))
order by n.nspname, t.typname
