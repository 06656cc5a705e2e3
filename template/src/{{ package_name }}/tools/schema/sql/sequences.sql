-- Sequences, with the column that each goes with: 'i' is an identity's, 'a' as of `serial`.
select c.oid, c.relnamespace as namespace, n.nspname as schema, c.relname as name,
       c.oid::regclass::text as sequence,
       format_type(s.seqtypid, null) as type, s.seqstart as start, s.seqincrement as increment,
       s.seqmin as minimum, s.seqmax as maximum, s.seqcache as cache, s.seqcycle as cycle,
       c.relpersistence = 'u' as unlogged,
       o.refobjid as relation, o.refobjsubid as number, coalesce(o.deptype = 'i', false) as is_identity,
       tn.nspname as owner_schema, t.relname as owner_table, a.attname as owner_column,
       d.description as comment
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_depend o
    on o.objid = c.oid and o.classid = 'pg_class'::regclass and o.objsubid = 0
    and o.refclassid = 'pg_class'::regclass and o.refobjsubid > 0 and o.deptype in ('a', 'i')
left join pg_class t on t.oid = o.refobjid
left join pg_namespace tn on tn.oid = t.relnamespace
left join pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid
left join pg_description d
    on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
-- A column may have its sequence in another schema.
where c.relnamespace = any(cast(:schemas as oid[])) or t.relnamespace = any(cast(:schemas as oid[]))
order by n.nspname, c.relname
