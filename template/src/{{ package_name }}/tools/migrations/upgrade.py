"""The `migrate` command."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from ...supabase.database.settings import DatabaseSettings
from ..failure import Failure
from .explain import explain


def upgrade(root: Path, settings: DatabaseSettings, *, stopped: bool = False) -> None:
    """Run every migration of the project at *root* that the database has not seen yet.

    *stopped* says that no process of the service runs, so that column types may change in place.

    Raises:
        Failure: a migration did not go through; it is rolled back, those before it stay.
    """
    attributes = {"settings": settings, "stopped": stopped}
    config = Config(toml_file=root / "pyproject.toml", attributes=attributes)
    try:
        command.upgrade(config, "head")
    except Failure:
        raise
    except Exception as error:
        raise Failure(f"migrate: {explain(error)}") from error
