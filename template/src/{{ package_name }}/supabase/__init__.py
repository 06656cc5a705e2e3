"""How this service talks to Supabase. The front door: what a feature may use.

The template's room: `copier update` moves it, and it imports nothing of the project.
"""

from .auth import CurrentUser, require_aal2, require_app_role
from .errors import Conflict, Invalid, NotFound, Refused, Unauthorized
from .exports import Export, export
from .location import CREATED, Created
from .model import Base
from .paging import Cursor, Limit, NewestFirst, Page
from .principal import Principal
from .session import AppDatabase, CallerSession, ReadOnlySession

__all__ = [
    "CREATED",
    "AppDatabase",
    "Base",
    "CallerSession",
    "Conflict",
    "Created",
    "CurrentUser",
    "Cursor",
    "Export",
    "Invalid",
    "Limit",
    "NewestFirst",
    "NotFound",
    "Page",
    "Principal",
    "ReadOnlySession",
    "Refused",
    "Unauthorized",
    "export",
    "require_aal2",
    "require_app_role",
]
