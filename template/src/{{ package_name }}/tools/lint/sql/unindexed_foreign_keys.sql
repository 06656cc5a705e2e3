-- A foreign key without an index: each delete in the other table reads all of this one.
select format('constraint %I on %s', conname, name) as object, 'info' as level,
       format(
           'no index begins with %s: whoever deletes a row of %s, or joins it, reads this whole'
           ' table', columns, confrelid::regclass
       ) as why,
       format('create index on %s (%s)', name, columns) as remedy
from pg_constraint
join relation on relation.oid = conrelid
cross join lateral (
    select string_agg(quote_ident(attname), ', ' order by place),
           string_agg(regexp_replace(quote_ident(attname), '(\W)', '\\\1', 'g'), '|')
    from unnest(conkey) with ordinality as key (number, place)
    join pg_attribute on attrelid = conrelid and attnum = number
) as named (columns, pattern)
where contype = 'f' and conparentid = 0
  and not exists (
      select from pg_index
      where indrelid = conrelid and indisvalid
        and (indkey::int2[])[0 : cardinality(conkey) - 1] @> conkey
        -- A key with nulls in it points nowhere.
        and (indpred is null
             or pg_get_expr(indpred, indrelid)
                ~ format('^\(*(%1$s) IS NOT NULL\)( AND \((%1$s) IS NOT NULL\))*\)?$', pattern))
  )
