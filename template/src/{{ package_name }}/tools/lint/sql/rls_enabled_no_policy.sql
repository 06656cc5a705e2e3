-- Privileges that lead nowhere: row level security is on, and no policy lets anybody in.
select object, 'info' as level,
       format('%s may use it, and no policy shows them a row', array_to_string(roles, ' and ')) as why,
       format('revoke all on table %s from %s', name, named) as remedy
from relation cross join callers
where relkind in ('r', 'p') and relrowsecurity and cardinality(roles) > 0
  and not exists (
      select from pg_policy join caller on rolname = any (roles) and has && polroles
      where polrelid = relation.oid and polpermissive
  )
