-- What a write to the table $1 is asked besides grants and policies, and on which commands.
select array['insert', 'update'] as commands,
       'constraint ' || quote_ident(c.conname) || ': ' || pg_catalog.pg_get_constraintdef(c.oid)
           as what,
       false as fills
from pg_catalog.pg_constraint c
-- Since 18 a constraint may be there and hold for nothing; before, there is no such column.
where c.conrelid = $1 and c.contype in ('c', 'f', 'p', 'u', 'x')
  and coalesce(cast(pg_catalog.to_jsonb(c) ->> 'conenforced' as boolean), true)
union all
select array['insert', 'update'], pg_catalog.pg_get_indexdef(i.indexrelid), false
from pg_catalog.pg_index i
where i.indrelid = $1 and i.indisunique
  and not exists (select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid)
union all
select array['insert', 'update'],
       'column ' || quote_ident(a.attname) || ' is of the domain ' || a.atttypid::regtype::text, false
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid and t.typtype = 'd'
where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
union all
-- Rows elsewhere that a row here may not leave behind.
select array_remove(array[
           case when c.confupdtype in ('a', 'r') then 'update' end,
           case when c.confdeltype in ('a', 'r') then 'delete' end
       ], null),
       'rows of ' || c.conrelid::regclass::text || ': ' || pg_catalog.pg_get_constraintdef(c.oid),
       false
from pg_catalog.pg_constraint c
where c.confrelid = $1 and c.contype = 'f' and c.conparentid = 0
  and (c.confdeltype in ('a', 'r') or c.confupdtype in ('a', 'r'))
  and coalesce(cast(pg_catalog.to_jsonb(c) ->> 'conenforced' as boolean), true)
union all
select array_remove(array[
           case when t.tgtype & 4 <> 0 then 'insert' end,
           case when t.tgtype & 16 <> 0 then 'update' end,
           case when t.tgtype & 8 <> 0 then 'delete' end
       ], null),
       'trigger ' || quote_ident(t.tgname) || ': ' || t.tgfoid::regprocedure::text,
       -- Before each row, where it may fill in what nobody gave.
       t.tgtype & 7 = 7
from pg_catalog.pg_trigger t
where t.tgrelid = $1 and not t.tgisinternal and t.tgenabled in ('O', 'A')
order by what
