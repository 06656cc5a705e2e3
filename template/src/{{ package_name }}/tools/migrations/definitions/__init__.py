"""What a table is made of beyond what Alembic compares: values, expressions and their like."""

from .autogenerate import PLUGIN
from .postgres import Postgres

__all__ = ["PLUGIN", "Postgres"]
