"""Whether the settings can be read at all: the first line, whatever is wrong with them."""

from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import ValidationError
from pydantic_settings import SettingsError

from ...supabase.auth.settings import AuthSettings
from ...supabase.database.address import PASTED
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
        found = [fail(*problem) for problem in problems(cls, error)]
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


def secrets_of(settings: DatabaseSettings) -> set[str]:
    """Return every value that nobody may be shown, as it is and as it is escaped.

    These are the secrets, and the passwords in addresses.
    """
    values: set[str] = set()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if hasattr(value, "get_secret_value"):
            values.add(str(value.get_secret_value()))
    addresses = [settings.address(), settings.migrations_address()]
    values |= {str(each.url.password or "") for each in addresses if each}
    values |= {_written(value) for value in values}
    public = {part for each in addresses if each for part in _public(each.url)}
    values -= public
    escaped = {quote(value, safe=safe) for value in values for safe in ("", "/")}
    return (values | escaped | {quote_plus(value) for value in values}) - {""}


def _written(value: str) -> str:
    """Return the password in an address as somebody wrote it, escaped or not."""
    match = PASTED.fullmatch(value.strip())
    return (match["password"] or "") if match else ""


def _public(url: object) -> set[str]:
    names = ("username", "host", "database")
    return {str(getattr(url, name)) for name in names}
