-- Tables and views, and what the rest is attached to: one row each.
select c.oid, c.relnamespace as namespace, n.nspname as schema, c.relname as name,
       case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
                      when 'm' then 'materialized view' else 'foreign table' end as kind,
       pg_get_userbyid(c.relowner)::text as owner, d.description as comment,
       c.relrowsecurity as row_security, c.relforcerowsecurity as row_security_forced,
       case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
       c.relispartition as is_partition,
       pg_get_expr(c.relpartbound, c.oid) as partition_bound,
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
       coalesce(c.reloptions, f.ftoptions, '{}') as options,
       s.srvname as server,
       c.relpersistence = 'u' as unlogged,
       nullif(am.amname, 'heap') as access_method,
       ts.spcname as tablespace,
       case c.relreplident when 'n' then 'nothing' when 'f' then 'full' when 'i' then 'index'
                           else 'default' end as replica_identity,
       case when c.reltuples >= 0 then c.reltuples::bigint end as rows
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_description d
    on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
left join pg_foreign_table f on f.ftrelid = c.oid
left join pg_foreign_server s on s.oid = f.ftserver
left join pg_am am on am.oid = c.relam
left join pg_tablespace ts on ts.oid = c.reltablespace
where c.relnamespace = any(cast(:schemas as oid[])) and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by n.nspname, c.relname
