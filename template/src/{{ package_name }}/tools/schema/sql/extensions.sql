-- The extensions of the database, wherever their objects are.
select x.extname as name, n.nspname as schema, x.extversion as version, d.description as comment
from pg_extension x
join pg_namespace n on n.oid = x.extnamespace
left join pg_description d on d.objoid = x.oid and d.classoid = 'pg_extension'::regclass
order by x.extname
