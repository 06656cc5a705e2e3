"""What a role of the API can reach: all of it declared, or closed, or named by `alembic check`."""

from .autogenerate import PLUGIN

__all__ = ["PLUGIN"]
