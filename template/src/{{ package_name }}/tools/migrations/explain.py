"""What went wrong in a migration, in one line, and in which line of which file."""

import re
import traceback
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from . import lock

PACKAGE = Path(__file__).parents[2]

DECLARATIONS = ("model", "policies", "bucket", "functions", "views")
"""The modules of a feature that say what the database shall have."""

REMEDIES = {
    "Multiple head revisions": (
        "two revisions follow the same one: in the newer of them, set down_revision to the other"
    ),
    "Can't locate revision": (
        "the database was migrated by a revision that is not in migrations/versions: bring the"
        " file back, or drop a local database with `dev --fresh`"
    ),
}
"""By the words of Alembic, what to do."""

ABSENT = re.compile(
    r'(extension "[^"]+") is not available'
    r'|(operator class "[^"]+") does not exist'
    r'|(default operator class for access method "[^"]+")'
)
"""What an extension brings, and the stand-in may lack."""


def explain(error: Exception) -> str:
    """Tell in one line what went wrong, and in which line of which revision."""
    if sqlstate(error) == "55P03":
        return _in_use(error)
    if isinstance(error, CommandError):
        for words, remedy in REMEDIES.items():
            if words in str(error):
                return remedy
    if isinstance(error, SyntaxError) and error.filename:
        file = _short(Path(error.filename))
        return f"{file}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    sentence = str(cause).partition("\n")[0]
    frames = traceback.extract_tb(error.__traceback__)
    lines = [(Path(frame.filename), frame.lineno) for frame in frames]
    where = [f"{_short(file)}, line {line}: " for file, line in lines if _is_written_here(file)]
    if absent := ABSENT.search(sentence):
        sentence = (
            f"this Postgres has no {next(filter(None, absent.groups()))}; where the local one lacks"
            " what your project has, guard the statement as docs/extensions.md shows"
        )
    return f"{''.join(where[-1:])}{type(cause).__name__}: {sentence}"


def sqlstate(error: Exception) -> str | None:
    """Return the code of what the database said, if it said something."""
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def _in_use(error: Exception) -> str:
    statement = (isinstance(error, DBAPIError) and error.statement) or ""
    if "concurrently" in statement.lower():  # outside of a transaction, so nothing is rolled back
        return (
            f"transactions on the table were under way for {lock.LOCK_WITHIN}: drop the invalid"
            " index that may have stayed behind (docs/database.md), then try again"
        )
    return f"a table was in use for {lock.LOCK_WITHIN}; this migration changed nothing, try again"


def _is_written_here(file: Path) -> bool:
    """Whether it is a revision or a feature's declarations, in which a mistake can be mended."""
    in_feature = file.stem in DECLARATIONS and file.parent.parent == PACKAGE
    return in_feature or file.parent.name == "versions"


def _short(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
