-- A table without a primary key.
, key (oid, columns, is_plain) as (
    select partrelid,
           (select string_agg(quote_ident(attname), ', ' order by place)
            from unnest(partattrs::int2[]) with ordinality as of_key (number, place)
            join pg_attribute on attrelid = partrelid and attnum = number),
           partexprs is null
    from pg_partitioned_table
)
select object, 'info' as level,
       'nothing tells its rows apart: replication and updates by key cannot find one' as why,
       format(
           'alter table %s add column %I uuid not null default gen_random_uuid(),'
           ' add primary key (%s)',
           name, free, concat_ws(', ', quote_ident(free), columns)
       ) as remedy
from relation
left join key using (oid)
cross join lateral (
    select candidate
    from unnest(array['id', 'row_id', relname || '_id', md5(relname)])
        with ordinality as candidates (candidate, place)
    where not exists (select from pg_attribute where attrelid = oid and attname = candidate)
    order by place limit 1
) as unused (free)
where relkind in ('r', 'p') and not relispartition
  -- One over an expression cannot have any.
  and is_plain is not false
  and not exists (select from pg_index where indrelid = relation.oid and indisprimary)
