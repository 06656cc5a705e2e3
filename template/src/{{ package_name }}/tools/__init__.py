"""For operators: what the commands do. No request imports it. Imports `supabase`."""
