"""Views, functions and triggers in migrations: what is declared, what is there, what to do."""

from .autogenerate import PLUGIN

__all__ = ["PLUGIN"]
