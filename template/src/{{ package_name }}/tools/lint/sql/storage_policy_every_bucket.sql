-- A policy on files that names no bucket, so it opens those that are still to come as well.
select object, 'error' as level,
       format('it names no bucket, so %s may use files of every one', array_to_string(roles, ' and '))
       as why,
       dropped as remedy, roles
from file_policy
where cardinality(roles) > 0
  and ((polcmd <> 'a' and coalesce(used, '') !~ '\mbucket_id\M')
       or (polcmd <> 'd' and coalesce(checked, used, '') !~ '\mbucket_id\M'))
