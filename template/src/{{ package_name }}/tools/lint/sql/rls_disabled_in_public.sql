-- A table that a role of the API reaches without row level security.
select object, 'error' as level,
       format('row level security is off, so every row is for %s', array_to_string(roles, ' and '))
       as why,
       format('alter table %s enable row level security', name) as remedy,
       roles
from relation
where relkind in ('r', 'p') and not relrowsecurity and cardinality(roles) > 0
