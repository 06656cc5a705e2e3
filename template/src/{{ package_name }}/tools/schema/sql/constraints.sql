-- Constraints of tables and of domains. A constraint trigger is a trigger.
select k.conrelid as relation, k.contypid as domain, k.conname as name,
       case k.contype when 'p' then 'primary' when 'u' then 'unique' when 'f' then 'foreign'
                      when 'c' then 'check' when 'x' then 'exclusion' else 'not null' end as kind,
       array(
           select a.attname from unnest(k.conkey) with ordinality as c (number, place)
           join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number
           order by c.place
       ) as columns,
       pg_get_constraintdef(k.oid) as definition,
       case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) end as expression,
       tn.nspname as target_schema, t.relname as target_name,
       array(
           select a.attname from unnest(k.confkey) with ordinality as c (number, place)
           join pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.number
           order by c.place
       ) as target_columns,
       case k.confupdtype when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null'
                          when 'd' then 'set default' else 'no action' end as on_update,
       case k.confdeltype when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null'
                          when 'd' then 'set default' else 'no action' end as on_delete,
       array(
           select a.attname from unnest(k.confdelsetcols) with ordinality as c (number, place)
           join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number
           order by c.place
       ) as on_delete_columns,
       k.confmatchtype = 'f' as match_full,
       k.condeferrable as deferrable, k.condeferred as deferred, k.convalidated as validated,
       true /* 18: k.conenforced */ as enforced,
       k.connoinherit and k.contype in ('c', 'n') as no_inherit,
       coalesce(i.indnullsnotdistinct, false) as nulls_not_distinct,
       array(
           select a.attname from unnest(i.indkey::int2[]) with ordinality as c (number, place)
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = c.number
           where c.place > i.indnkeyatts
           order by c.place
       ) as include,
       false /* 18: k.conperiod */ as without_overlaps,
       coalesce(ic.reloptions, '{}') as options,
       not k.conislocal as inherited,
       d.description as comment
from pg_constraint k
-- That of a foreign key is the index of its target.
left join pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
left join pg_class ic on ic.oid = i.indexrelid
left join pg_class t on t.oid = k.confrelid
left join pg_namespace tn on tn.oid = t.relnamespace
left join pg_constraint parent on parent.oid = k.conparentid
left join pg_description d on d.objoid = k.oid and d.classoid = 'pg_constraint'::regclass
where k.connamespace = any(cast(:schemas as oid[])) and k.contype <> 't'
  -- A key to a partitioned table has a row for each of its partitions as well.
  and parent.conrelid is distinct from k.conrelid
order by k.conrelid, k.contypid, k.conname
