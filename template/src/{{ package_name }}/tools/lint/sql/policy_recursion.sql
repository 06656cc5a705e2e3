-- A policy that reads its own table again, by itself or over other policies: Postgres refuses it.
, names_table (policy, relation) as materialized (
    select distinct p.oid, found[1]::oid
    from pg_policy p
    cross join lateral regexp_matches(
        concat_ws(' ', polqual::text, polwithcheck::text), ':relid (\d+)', 'g'
    ) as found
    where concat_ws(' ', polqual::text, polwithcheck::text) like '%{SUBLINK %'
),
-- A view that reads as whoever asks stands for its tables.
expands (view, relation) as (
    select distinct ev_class, refobjid
    from pg_rewrite
    join pg_class on pg_class.oid = ev_class
    join pg_depend on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid
    where refclassid = 'pg_class'::regclass and refobjid <> ev_class
      and exists (
          select from pg_options_to_table(reloptions)
          where option_name = 'security_invoker' and option_value::boolean
      )
),
reads (policy, relation) as (
    select policy, relation from names_table
    union
    select policy, expands.relation from reads join expands on view = reads.relation
),
step (role, policy, from_table, to_table, is_for_reading) as materialized (
    select caller.oid, policy, polrelid, relation, polcmd in ('r', '*')
    from reads
    join pg_policy p on p.oid = policy
    join caller on has && polroles
    join pg_class as target on target.oid = relation and target.relrowsecurity
),
reaches (role, policy, relation) as (
    select role, policy, to_table from step
    union
    select reaches.role, reaches.policy, to_table
    from reaches join step on step.role = reaches.role and from_table = reaches.relation
                          and is_for_reading
),
loop as (
    select distinct policy.*
    from reaches join policy on policy.oid = reaches.policy and polrelid = reaches.relation
    where exists (
        select from step
        where step.role = reaches.role and from_table = polrelid and is_for_reading
    )
),
-- Its condition moves to a function that reads as its owner.
moved as (
    select loop.oid, word, place, 'private.policy_' || loop.oid || '_' || suffix as function,
           format(
               'select %s from (select ($1).*) as %I', condition, relname
           ) as body
    from loop
    join pg_class on pg_class.oid = polrelid
    cross join lateral (
        values ('using', 1, 'using', used), ('with check', 2, 'check', checked)
    ) as clause (word, place, suffix, condition)
    where condition is not null
),
named_roles (oid, roles) as (
    select loop.oid, string_agg(coalesce(quote_ident(rolname), 'public'), ', ' order by rolname)
    from loop cross join unnest(polroles) as role left join pg_roles on pg_roles.oid = role
    group by loop.oid
)
select loop.object, 'error' as level,
       'it leads back to its own table, which Postgres refuses (42P17): whoever asks gets an error'
       as why,
       format(E'create schema if not exists private;\ngrant usage on schema private to %s;\n', roles)
       || string_agg(
           format($$create function %1$s(%2$s) returns boolean
language sql stable security definer set search_path = '' as %3$L;
revoke all on function %1$s(%2$s) from public;
grant execute on function %1$s(%2$s) to %4$s;
$$,
               function, table_name, body, roles
           ), '' order by place
       )
       || format('alter policy %I on %s ', polname, table_name)
       || string_agg(format('%s (%s(%I.*))', word, function, relname), ' ' order by place) as remedy
from loop
join moved using (oid)
join named_roles using (oid)
join pg_class on pg_class.oid = polrelid
group by loop.object, named_roles.roles, polname, table_name, relname
