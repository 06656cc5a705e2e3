"""What every request passes, and what it can end in; the client for requests of our own.

Imports `settings` only.
"""
