-- From a partition or a child to its parents, which may be in another schema.
select i.inhrelid as relation, i.inhparent as parent, n.nspname as schema, p.relname as name
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
join pg_namespace cn on cn.oid = c.relnamespace
join pg_class p on p.oid = i.inhparent
join pg_namespace n on n.oid = p.relnamespace
where c.relnamespace = any(cast(:schemas as oid[])) and c.relkind in ('r', 'p', 'f')
order by cn.nspname, c.relname, i.inhseqno
