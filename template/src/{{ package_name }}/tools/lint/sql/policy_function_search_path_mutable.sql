-- A policy that is decided by whatever the caller's search path finds.
select routine.object, 'error' as level,
       format('%s asks it, and what its names mean is up to the caller, by the search path',
              string_agg(policy.object, ' and ' order by policy.object)) as why,
       format(
           'alter routine %s set search_path = %s, pg_temp', routine.name,
           (select string_agg(quote_ident(path), ', ' order by place)
            from (select path, min(place) from unnest(array[nspname, 'public', 'extensions'])
                  with ordinality as paths (path, place) group by path) as each (path, place))
       ) as remedy
from routine
join (
    select distinct policy_call.policy, policy_call.routine from policy_call
) as call on call.routine = routine.oid
join (
    select oid, object from policy union all select oid, object from file_policy
) as policy on policy.oid = call.policy
where lanname not in ('internal', 'c')
  and (prosecdef or not is_bound)
  and not exists (select from unnest(proconfig) as setting where setting like 'search\_path=%')
group by routine.object, routine.name, nspname
