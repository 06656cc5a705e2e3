-- A view that a role of the API reaches, and that reads its tables as its owner.
select object, 'error' as level,
       format(
           'it reads its tables as its owner, past their policies, and %s may use it',
           array_to_string(roles, ' and ')
       ) as why,
       format('alter view %s set (security_invoker = on)', name) as remedy,
       roles
from relation
where relkind = 'v' and cardinality(roles) > 0
  and not coalesce(
      (select option_value::boolean from pg_options_to_table(reloptions)
       where option_name = 'security_invoker'),
      false
  )
