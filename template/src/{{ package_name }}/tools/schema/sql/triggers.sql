-- Triggers, without those that Postgres makes for keys and copies to partitions.
select t.tgrelid as relation, t.tgname as name, pg_get_triggerdef(t.oid) as definition,
       t.tgfoid::regproc::text as function,
       case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always'
                        else 'origin' end as enabled,
       d.description as comment
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
left join pg_description d on d.objoid = t.oid and d.classoid = 'pg_trigger'::regclass
where c.relnamespace = any(cast(:schemas as oid[])) and not t.tgisinternal and t.tgparentid = 0
order by t.tgrelid, t.tgname
