-- reads: storage.buckets
-- A policy that lists every file of a public bucket, which nobody needs to read one.
select object, 'warn' as level,
       format(
           'files of the public bucket %s are read without any policy; with this one %s may list'
           ' all of them',
           string_agg(quote_ident(id), ', ' order by id), array_to_string(roles, ' and ')
       ) as why,
       dropped as remedy, roles
from file_policy
join storage.buckets on public
-- As Postgres prints it in the condition.
cross join lateral (select '''' || replace(id, '''', '''''') || '''') as quoted (literal)
where polcmd in ('r', '*') and cardinality(roles) > 0
  and (coalesce(used, 'true') ~ '^\(*true\)*$'
       or (strpos(used, literal) > 0
           and replace(used, literal, '')
               !~ '\m(auth\.(?!role\(\)( AS role\))? = ''(anon|authenticated)'')|owner|name|path_tokens|metadata|user_metadata|current_)'))
group by object, dropped, roles
