"""What a feature declares of its tables and asks of them. Imports `database`, `auth`, `http`."""
