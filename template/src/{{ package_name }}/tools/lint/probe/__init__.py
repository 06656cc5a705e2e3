"""What anon, a stranger and an owner can do to rows: tried, and rolled back."""
