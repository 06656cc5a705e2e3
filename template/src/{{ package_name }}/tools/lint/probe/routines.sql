-- Every function that a role of the API may call; after `unsafe.sql`.
select object, format('%I.%I()', routine.nspname, proname) as call, roles,
       pronargs > pronargdefaults as takes_arguments,
       -- One that says that it only reads, and calls nothing that might do more.
       prokind = 'f' and lanname in ('sql', 'plpgsql')
       and not exists (select from unsafe where unsafe.oid = routine.oid) as is_harmless
from routine join pg_proc using (oid)
where cardinality(roles) > 0 and not is_trigger
order by object
