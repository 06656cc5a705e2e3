-- A policy that lets everybody write any row.
select object, 'warn' as level,
       format('its condition is always true: %s may write every row',
              array_to_string(roles, ' and ')) as why,
       format('drop policy %I on %s', polname, table_name) as remedy, roles
from policy
cross join lateral (
    select array_agg(rolname order by rolname) as roles from caller where has && polroles
) as reached
where polpermissive and polcmd <> 'r' and roles is not null
  and exists (
      select from unnest(array[
          case when polcmd <> 'a' then coalesce(used, 'true') end,
          case when polcmd <> 'd' then coalesce(checked, used, 'true') end
      ]) as clause (condition)
      -- True, the same on both sides, or one that is joined by OR to true.
      where condition ~ '^\(*( ?SELECT )?(true|NOT false|([^\s()]+) = \3)( AS bool)?\)*$'
         or condition ~ '^\(true OR ' or condition ~ ' OR true\)$'
  )
