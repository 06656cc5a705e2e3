"""Notes: the sample feature. Yours to change, rename or delete; it imports `supabase/` only."""
