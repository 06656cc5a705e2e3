-- A policy that lets everybody write any row.
select object, 'warn' as level,
       format('its condition is always true: %s may write every row',
              (select string_agg(rolname, ' and ' order by rolname) from caller
               where caller.oid = any (polroles) or 0 = any (polroles))) as why,
       format('drop policy %I on %s', polname, table_name) as remedy
from policy
where polpermissive and polcmd <> 'r'
  and exists (select from caller where caller.oid = any (polroles) or 0 = any (polroles))
  and (case when polcmd <> 'a' then coalesce(used, 'true') else 'false' end ~ '^\(*(true|1 = 1)\)*$'
       or case when polcmd <> 'd' then coalesce(checked, used, 'true') else 'false' end
          ~ '^\(*(true|1 = 1)\)*$')
