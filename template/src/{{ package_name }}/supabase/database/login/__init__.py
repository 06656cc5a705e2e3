"""One login to the database: TLS, the gate before it, and what a refusal means."""
