-- reads: storage.buckets
-- A bucket whose files everybody reads who has or guesses the address.
select format('bucket %I', id) as object, 'warn' as level,
       'everybody reads its files by their address, and no policy is asked' as why,
       format('update storage.buckets set public = false where id = %L', id) as remedy,
       array['anon'] as roles
from storage.buckets where public
