"""Buckets and the policies on their objects in migrations."""

from .autogenerate import PLUGIN

__all__ = ["PLUGIN"]
