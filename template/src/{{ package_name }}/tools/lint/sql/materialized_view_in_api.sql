-- A materialized view that a role of the API reaches: it knows no policies.
select object, 'error' as level,
       format('it holds rows past their policies, and %s may read all of them',
              array_to_string(roles, ' and ')) as why,
       format('revoke all on table %s from %s', name, named) as remedy,
       roles
from relation cross join callers
where relkind = 'm' and cardinality(roles) > 0
