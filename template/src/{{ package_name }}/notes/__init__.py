"""Notes: the sample feature. Yours to change, rename or delete. It imports `..supabase`."""
