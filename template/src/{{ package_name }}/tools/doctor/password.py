"""Why a password may be wrong, by how it is written; none of it is ever shown. Pure."""

import re

from ...supabase.database.address import PASTED
from ...supabase.database.settings import DatabaseSettings

ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")


def hints(settings: DatabaseSettings) -> list[str]:
    """Return what looks as if it was not meant so."""
    found: list[str] = []
    written = _in_url(settings)
    used = settings.address().url.password or ""
    if written and ESCAPE.search(written):
        found.append("a % before two hexadecimal digits is read as an escape: write %25 for the %")
    if used.startswith("[") and used.endswith("]"):
        found.append("the password stands in [ ], which are not part of it: remove them")
    if used != used.strip():
        found.append("the password begins or ends with white space: remove it")
    if len(used) > 1 and used[0] == used[-1] and used[0] in "'\"":
        found.append("the password stands in quotes, which are taken for part of it: remove them")
    if not written and ESCAPE.search(used):
        found.append(
            "DATABASE_PASSWORD is taken as it is: escapes such as %40 belong in a URL only"
        )
    alone = settings.database_password
    if written and alone and alone.get_secret_value() != used:
        found.append(
            "DATABASE_URL has another password than DATABASE_PASSWORD, and wins: remove one"
        )
    return found


def _in_url(settings: DatabaseSettings) -> str:
    if settings.database_url is None:
        return ""
    match = PASTED.fullmatch(settings.database_url.get_secret_value().strip())
    return (match["password"] or "") if match else ""
