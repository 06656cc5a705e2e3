-- A table that is half dead rows, which no vacuum has taken away.
select object, 'info' as level,
       format('%s dead rows stand among %s: no vacuum has come by', n_dead_tup, n_live_tup) as why,
       format('vacuum (analyze) %s', name) as remedy
from relation join pg_stat_all_tables on relid = oid
where relkind in ('r', 'm') and n_dead_tup >= 10000 and n_dead_tup >= n_live_tup
