"""What one person of the project sees: a query in their name, and why it answers as it does."""
