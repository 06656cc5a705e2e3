"""Buckets and the policies on their objects in migrations."""

from .autogenerate import PLUGIN, undeclared_policies

__all__ = ["PLUGIN", "undeclared_policies"]
