-- A function that acts as its owner, for anon.
select object, 'error' as level,
       'it acts as its owner, past policies, and anon may call it' as why,
       case when is_needed then
           format(
               'create schema if not exists private; grant usage on schema private to %s;'
               ' alter routine %s set schema private', array_to_string(roles, ', '), name
           )
       else
           format('revoke execute on routine %s from public, anon', name) || kept end as remedy,
       array['anon'] as roles
from routine
cross join lateral (
    select exists (
        select from policy_call join caller on rolname = 'anon'
        where policy_call.routine = routine.oid
          and (0 = any (policy_call.roles) or caller.oid = any (policy_call.roles))
    ) as is_needed
) as needed
cross join lateral (
    -- What they had as everybody has it.
    select coalesce(format('; grant execute on routine %s to ', name)
                    || string_agg(quote_ident(rolname), ', ' order by rolname), '') as kept
    from pg_roles
    where rolname in ('authenticated', 'service_role') and rolname <> 'anon'
      and has_function_privilege(pg_roles.oid, routine.oid, 'execute')
) as others
where prosecdef and not is_trigger and 'anon' = any (roles)
  -- A policy needs it, where the Data API does not serve it.
  and not (is_needed and nspname <> 'public')
