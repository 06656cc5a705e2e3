-- A function that acts as its owner, for anon.
select object, 'error' as level,
       'it acts as its owner, past policies, and anon may call it' as why,
       remedy, array['anon'] as roles
from definer_call
where role = 'anon'
