-- A function that acts as its owner, for authenticated.
select object, 'error' as level,
       'it acts as its owner, past policies, and authenticated may call it' as why,
       remedy, array['authenticated'] as roles
from definer_call
where role = 'authenticated'
