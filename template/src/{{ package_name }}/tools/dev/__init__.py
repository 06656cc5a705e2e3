"""The `dev` command, and the stand-in of Supabase as other commands meet it. Imports `failure`."""
