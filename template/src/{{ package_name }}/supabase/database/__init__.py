"""From an address to a transaction in somebody's name. Imports `auth` and `http`."""
