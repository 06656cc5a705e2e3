-- A policy on files that names no bucket, so it opens those that are still to come as well.
select object, 'error' as level,
       format('it names no bucket, so %s may use files of every one', array_to_string(roles, ' and '))
       as why,
       dropped as remedy, roles
from file_policy
where cardinality(roles) > 0
  and exists (
      select from unnest(array[
          case when polcmd <> 'a' then coalesce(used, '') end,
          case when polcmd <> 'd' then coalesce(checked, used, '') end
      ]) as clause (condition)
      -- All but one, and any at all, are those that are still to come too.
      where regexp_replace(
          condition, '(NOT \(bucket_id =|bucket_id (<>|IS NOT NULL))', '', 'g'
      ) !~ '\mbucket_id\M'
  )
