"""Row level security and grants in migrations: what is declared, what is there, what to do."""

from .autogenerate import PLUGIN

__all__ = ["PLUGIN"]
