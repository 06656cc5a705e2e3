"""Values that Postgres holds and Python cannot."""
