"""Whether the settings can be read at all: the first line, whatever is wrong with them."""

from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from ...supabase.auth.settings import AuthSettings
from ...supabase.database.settings import DatabaseSettings
from ...supabase.settings import env_file, problems
from .line import Line, fail, ok, warn

Settings = tuple[DatabaseSettings, AuthSettings]
"""The same settings twice: the service's class has both among its bases."""


def read(module: str) -> Settings | list[Line]:
    """Return what the class `Settings` of *module* reads, or what is wrong with it."""
    try:
        cls: Any = import_module(module).Settings
    except Exception as error:  # noqa: BLE001  # the file is the project's: anything may be in it
        kind = type(error).__name__
        return [fail(f"settings.py cannot be imported: {kind}: {error}", "mend settings.py")]
    file = env_file()
    try:
        settings = cls(_env_file=file)
    except ValidationError as error:
        found = [fail(says, " ".join(text.split())) for says, text in problems(cls, error)]
        if Path(file).is_file():
            return found
        return [*found, fail(f"there is no {file} here", f"cp .env.example {file}")]
    except (SettingsError, UnicodeDecodeError, OSError) as error:
        return [fail(f"the environment or {file} cannot be read: {error}", f"mend {file}")]
    return settings, settings


def check_settings(settings: DatabaseSettings) -> list[Line]:
    """Tell what can be read, and still is not what anybody means."""
    lines = [*_passwords(settings)]
    if settings.database_statement_timeout < 1:
        lines.append(
            warn(
                f"DATABASE_STATEMENT_TIMEOUT is {settings.database_statement_timeout:g} s,"
                " which ordinary queries exceed",
                "DATABASE_STATEMENT_TIMEOUT=8",
            )
        )
    return lines or [ok("all are found")]


def _passwords(settings: DatabaseSettings) -> list[Line]:
    alone = settings.database_password
    if alone is None or settings.database_url is None:
        return []
    used = settings.address().url.password
    if used == alone.get_secret_value():
        return []
    return [
        warn(
            "DATABASE_PASSWORD is not used: DATABASE_URL has a password of its own, another one",
            "remove one of the two",
        )
    ]
