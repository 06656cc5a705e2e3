"""Supabase Storage: files in folders, of which row level security says who may do what."""

from .routes import routes
from .service import Storage, open_storage

__all__ = ["Storage", "open_storage", "routes"]
