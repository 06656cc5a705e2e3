"""What a role of the API can reach: all of it declared, or closed, or named by `alembic check`."""

from .autogenerate import PLUGIN, only_names
from .undeclared import undeclared

__all__ = ["PLUGIN", "only_names", "undeclared"]
