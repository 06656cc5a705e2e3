"""A service on one Supabase project: `main.create_app()` makes it, `cli.app` runs it."""
