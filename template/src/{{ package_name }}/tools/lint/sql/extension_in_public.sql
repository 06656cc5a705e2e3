-- An extension among the project's own tables, where the API serves its functions.
select format('extension %I', extname) as object, 'warn' as level,
       'the API serves what is in public, and its functions are there' as why,
       case when extrelocatable then
                format('create schema if not exists extensions;
alter extension %I set schema extensions', extname)
            else
                format('create schema if not exists extensions;
drop extension %I;
create extension %I with schema extensions', extname, extname) end as remedy
from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
where nspname = 'public'
