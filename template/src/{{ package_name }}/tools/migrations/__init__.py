"""What Alembic does here: one deployment at a time, and no schema of Supabase's.

Imports `failure`, and of `supabase/` what it needs.
"""
