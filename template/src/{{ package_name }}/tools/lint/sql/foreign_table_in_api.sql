-- A foreign table that a role of the API reaches: it knows no policies.
select object, 'error' as level,
       format('no policy binds what another server holds, and %s may use it',
              array_to_string(roles, ' and ')) as why,
       format('revoke all on table %s from %s', name, named) as remedy,
       roles
from relation cross join callers
where relkind = 'f' and cardinality(roles) > 0
