"""Which statements of one revision hold a lock on a table while another goes through its rows."""

from .autogenerate import PLUGIN

__all__ = ["PLUGIN"]
