"""What a role of the API can reach: all of it declared, or closed, or named by `alembic check`."""

from .autogenerate import PLUGIN, only_names
from .catalogue import Reachable
from .undeclared import beside_tables, undeclared

__all__ = ["PLUGIN", "Reachable", "beside_tables", "only_names", "undeclared"]
