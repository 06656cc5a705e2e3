-- An index that no query has used, on a table that many have.
select format('index %I.%I', nspname, stat.indexrelname) as object, 'info' as level,
       format(
           'no query has used it, of %s on its table; it takes %s and slows every write',
           seq_scan + table_stat.idx_scan, pg_size_pretty(pg_relation_size(stat.indexrelid))
       ) as why,
       format('drop index %I.%I', nspname, stat.indexrelname) as remedy
from relation
join pg_stat_all_tables as table_stat on table_stat.relid = relation.oid
join pg_stat_all_indexes as stat on stat.relid = relation.oid
join pg_index on pg_index.indexrelid = stat.indexrelid
join pg_class as index on index.oid = stat.indexrelid
where stat.idx_scan = 0 and seq_scan + table_stat.idx_scan >= 1000
  and pg_relation_size(stat.indexrelid) >= 1000000
  and not indisunique and not indisprimary and not indisexclusion and not indisreplident
  and not index.relispartition
  -- A key needs it when a row of the other table goes.
  and not exists (
      select from pg_constraint
      where contype = 'f' and conrelid = indrelid
        and (indkey::int2[])[0 : cardinality(conkey) - 1] @> conkey
  )
