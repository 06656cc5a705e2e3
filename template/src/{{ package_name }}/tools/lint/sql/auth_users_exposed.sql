-- A view that shows auth.users past its protection to a role of the API.
, reads (view, read) as materialized (
    select distinct ev_class, refobjid
    from pg_rewrite
    join pg_depend on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid
    where refclassid = 'pg_class'::regclass and refobjid <> ev_class
),
shows (view, read) as (
    select oid, read from relation join reads on view = oid
    where cardinality(roles) > 0 and not coalesce(
        (select option_value::boolean from pg_options_to_table(reloptions)
         where option_name = 'security_invoker'),
        false
    )
    union
    select shows.view, reads.read from shows join reads on reads.view = shows.read
)
select object, 'error' as level,
       format('it reads auth.users as its owner, and %s may read it', array_to_string(roles, ' and '))
       as why,
       format('revoke all on table %s from %s', name, named) as remedy,
       roles
from shows join relation on relation.oid = view cross join callers
where read = (select users from supabase)
