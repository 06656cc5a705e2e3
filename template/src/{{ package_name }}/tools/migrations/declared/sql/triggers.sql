-- Triggers, with what makes them again. Whether one fires is its option.
select t.oid, 'trigger' as kind, format('%I on %I.%I', t.tgname, n.nspname, c.relname) as name,
       format('%I.%I', n.nspname, c.relname) as place,
       pg_get_triggerdef(t.oid) as definition,
       array[(t.tgconstraint <> 0)::text] as shape,
       case t.tgenabled when 'O' then '{}' else array[t.tgenabled::text] end as options,
       '{}'::text[] as indexes, '{}'::text[] as index_names,
       true as populated,
       pg_has_role(c.relowner, 'usage') as droppable,
       obj_description(t.oid, 'pg_trigger') as comment, '[]'::jsonb as grants
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
where t.oid = any(cast(:asked as oid[])) and not t.tgisinternal
