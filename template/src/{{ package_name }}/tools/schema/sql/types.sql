-- Every type by its number, as a column may be of any; of an array, what its element is.
select t.oid, n.nspname as schema, e.typname as name, e.oid as element, e.oid <> t.oid as is_array,
       case e.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range'
                      when 'm' then 'multirange' when 'c' then 'composite' else 'base' end as kind
from pg_type t
left join pg_type a on a.typarray = t.oid
join pg_type e on e.oid = coalesce(a.oid, t.oid)
join pg_namespace n on n.oid = e.typnamespace
