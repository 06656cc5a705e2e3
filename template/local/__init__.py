"""A Supabase project on this machine, for development and tests; imports nothing of the service."""
