-- A policy that lets everybody write any row.
select object, 'warn' as level,
       format('its condition is always true: %s may write every row',
              array_to_string(roles, ' and ')) as why,
       format('drop policy %I on %s', polname, table_name) as remedy, roles
from policy
cross join lateral (
    select array_agg(rolname order by rolname) as roles from caller
    where caller.oid = any (polroles) or 0 = any (polroles)
) as reached
where polpermissive and polcmd <> 'r' and roles is not null
  and (case when polcmd <> 'a' then coalesce(used, 'true') else 'false' end ~ '^\(*(true|1 = 1)\)*$'
       or case when polcmd <> 'd' then coalesce(checked, used, 'true') else 'false' end
          ~ '^\(*(true|1 = 1)\)*$')
