-- Policies that nobody asks, since row level security is off.
select distinct relation.object, 'error' as level,
       'it has policies, and row level security is off, so none of them is asked' as why,
       format('alter table %s enable row level security', name) as remedy
from policy join relation on relation.oid = polrelid
where not relation.relrowsecurity
