-- What those indexes sort by, in the order of the keys. Their vectors count from 0.
select i.indexrelid as index,
       a.attname as column,
       case when a.attname is null then pg_get_indexdef(i.indexrelid, place, true)
            end as expression,
       case when not o.opcdefault or k.attoptions is not null then
            case when os.nspname = 'pg_catalog' then '' else quote_ident(os.nspname) || '.' end
                || quote_ident(o.opcname)
            end as opclass,
       coalesce(k.attoptions, '{}') as opclass_parameters,
       case when i.indcollation[place - 1] not in (0, coalesce(a.attcollation, t.typcollation))
            then i.indcollation[place - 1]::regcollation::text end as collation,
       i.indoption[place - 1] & 1 = 1 as descending,
       case when i.indoption[place - 1] in (1, 2) then i.indoption[place - 1] = 2
            end as nulls_first
from pg_index i
join pg_class r on r.oid = i.indrelid
cross join lateral generate_series(1, i.indnkeyatts::int) as place
join pg_attribute k on k.attrelid = i.indexrelid and k.attnum = place
join pg_type t on t.oid = k.atttypid
join pg_opclass o on o.oid = i.indclass[place - 1]
join pg_namespace os on os.oid = o.opcnamespace
left join pg_attribute a
    on a.attrelid = i.indrelid and a.attnum = i.indkey[place - 1] and a.attnum <> 0
where r.relnamespace = any(cast(:schemas as oid[])) and r.relkind in ('r', 'p', 'm')
order by i.indexrelid, place
