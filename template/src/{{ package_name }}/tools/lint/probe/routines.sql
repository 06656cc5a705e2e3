-- Every function that a role of the API may call; after `common.sql`.
, volatile (name) as materialized (
    select proname from pg_proc
    where provolatile = 'v' and pronamespace <> 'pg_catalog'::regnamespace
    union all
    values ('execute'), ('nextval'), ('setval'), ('dblink'), ('pg_notify')
)
select object, format('%I.%I()', routine.nspname, proname) as call, roles,
       pronargs > pronargdefaults as takes_arguments,
       -- One that says that it only reads, and calls nothing that might do more.
       provolatile <> 'v' and prokind = 'f' and lanname in ('sql', 'plpgsql')
       and not exists (
           select from volatile
           where strpos(lower(prosrc || coalesce(pg_get_function_sqlbody(oid), '')), lower(name)) > 0
       ) as is_harmless
from routine join pg_proc using (oid)
where cardinality(roles) > 0 and not is_trigger
order by object
