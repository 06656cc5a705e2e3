"""Buckets of Supabase Storage, in the name of the caller. Imports `auth` and `http`."""
