"""How this service talks to Supabase. The front door: what a feature may use.

The template's room: `copier update` moves it, and it imports nothing of the project.
"""

from .errors import Conflict, Invalid, NotFound, Refused
from .exports import Export, export
from .model import Base
from .paging import Cursor, Limit, NewestFirst, Page
from .session import AppDatabase, CallerSession, ReadOnlySession

__all__ = [
    "AppDatabase",
    "Base",
    "CallerSession",
    "Conflict",
    "Cursor",
    "Export",
    "Invalid",
    "Limit",
    "NewestFirst",
    "NotFound",
    "Page",
    "ReadOnlySession",
    "Refused",
    "export",
]
