-- Columns of relations, and fields of composite types, in their order.
select a.attrelid as relation, a.attnum as number, a.attname as name,
       a.atttypid as type, format_type(a.atttypid, a.atttypmod) as type_sql,
       a.atttypmod <> -1 as has_modifiers, a.attndims as dimensions,
       not a.attnotnull as nullable,
       case when a.attgenerated = '' then pg_get_expr(f.adbin, f.adrelid) end as default,
       case when a.attgenerated <> '' then pg_get_expr(f.adbin, f.adrelid) end as generated,
       a.attgenerated <> 'v' as stored,
       a.attidentity = 'a' as is_always,
       case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text
            end as collation,
       case when a.attstorage <> t.typstorage then
            case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main'
                              else 'extended' end
            end as storage,
       case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
       nullif(a.attstattarget, -1) as statistics,
       coalesce(a.attoptions, a.attfdwoptions, '{}') as options,
       not a.attislocal as inherited,
       d.description as comment
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_type t on t.oid = a.atttypid
left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
left join pg_description d
    on d.objoid = a.attrelid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
where c.relnamespace = any(cast(:schemas as oid[]))
  and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
  and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum
