-- Every schema; which of them are read is decided by its name.
select n.oid, n.nspname as name, pg_get_userbyid(n.nspowner)::text as owner,
       d.description as comment, x.extname as extension,
       current_setting('server_version_num')::int as server_version
from pg_namespace n
left join pg_description d
    on d.objoid = n.oid and d.classoid = 'pg_namespace'::regclass and d.objsubid = 0
left join pg_depend m
    on m.objid = n.oid and m.classid = 'pg_namespace'::regclass and m.deptype = 'e'
left join pg_extension x on x.oid = m.refobjid
order by n.nspname
