-- A function whose names mean what the caller's search path says.
select object, 'warn' as level,
       'what its names mean is up to whoever calls it, by the search path' as why,
       format(
           'alter routine %s set search_path = %s, pg_temp', name,
           (select string_agg(quote_ident(path), ', ' order by place)
            from (select path, min(place) from unnest(array[nspname, 'public', 'extensions'])
                  with ordinality as paths (path, place) group by path) as each (path, place))
       ) as remedy
from routine
where lanname not in ('internal', 'c')
  -- What has its body in SQL was bound when it was made.
  and (prosecdef or not is_bound)
  and not exists (select from unnest(proconfig) as setting where setting like 'search\_path=%')
  -- Those have an advisory of their own.
  and not exists (select from policy_call where routine = oid)
