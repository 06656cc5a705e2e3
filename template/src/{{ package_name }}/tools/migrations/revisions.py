"""The `revision` command: what the models say and the local database does not have yet."""

from argparse import Namespace
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.operations import MigrationScript
from alembic.script import Script

from ...supabase.database.settings import DatabaseSettings
from ..failure import Failure
from .explain import explain
from .exposure import only_names
from .upgrade import upgrade


def write_revision(root: Path, settings: DatabaseSettings, message: str) -> Path | None:
    """Bring the database to the newest revision, and write what the models have beyond it.

    None when they have nothing beyond it: no file is written then.

    Raises:
        Failure: a revision did not go through, or a declaration has a mistake.
    """
    upgrade(root, settings, stopped=True)
    return _write(root, message, settings, autogenerate=True)


def write_empty_revision(root: Path, message: str) -> Path | None:
    """Write a revision that does nothing yet; no database is asked.

    Raises:
        Failure: it has nothing to follow, or more than one.
    """
    return _write(root, message)


def _write(
    root: Path,
    message: str,
    settings: DatabaseSettings | None = None,
    *,
    autogenerate: bool = False,
) -> Path | None:
    config = Config(
        toml_file=root / "pyproject.toml",
        cmd_opts=Namespace(quiet=True),
        attributes={"settings": settings},
    )
    try:
        with redirect_stdout(StringIO()):  # what its hooks do it tells, however quiet it shall be
            written = command.revision(
                config,
                message,
                autogenerate=autogenerate,
                process_revision_directives=_drop_what_changes_nothing if autogenerate else None,
            )
    except Failure:
        raise
    except Exception as error:
        raise Failure(f"revision: {explain(error)}") from error
    return Path(written.path).relative_to(root) if isinstance(written, Script) else None


def _drop_what_changes_nothing(_: object, __: Any, scripts: list[MigrationScript]) -> None:
    scripts[:] = [
        each
        for each in scripts
        if each.upgrade_ops is None or not all(map(only_names, each.upgrade_ops.ops))
    ]
