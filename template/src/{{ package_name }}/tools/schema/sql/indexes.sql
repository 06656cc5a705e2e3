-- Indexes that no constraint made.
select i.indexrelid as oid, i.indrelid as relation, c.relname as name, am.amname as method,
       i.indisunique as unique,
       array(
           select a.attname from unnest(i.indkey::int2[]) with ordinality as k (number, place)
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
           where k.place > i.indnkeyatts
           order by k.place
       ) as include,
       pg_get_expr(i.indpred, i.indrelid) as predicate,
       i.indnullsnotdistinct as nulls_not_distinct,
       coalesce(c.reloptions, '{}') as options,
       i.indisvalid as valid, c.relispartition as inherited,
       pg_get_indexdef(i.indexrelid) as definition,
       d.description as comment
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_class r on r.oid = i.indrelid
join pg_am am on am.oid = c.relam
left join pg_description d
    on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
where r.relnamespace = any(cast(:schemas as oid[])) and r.relkind in ('r', 'p', 'm')
  and not exists (
      select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
  )
order by i.indrelid, c.relname
