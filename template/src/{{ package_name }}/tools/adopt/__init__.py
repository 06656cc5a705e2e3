"""The `adopt` command: a database that was there before becomes this project's.

Imports `schema` and `models`, and of `migrations` how a statement is written and revisions run.
"""
