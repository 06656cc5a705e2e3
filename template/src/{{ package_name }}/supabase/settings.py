"""How settings are read from the environment, and which Supabase project is meant.

Each room has a class for what it needs. The text under each setting says where its value is found;
the start-up error prints it. Imports no other room.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

ProjectRef = Annotated[str, Field(pattern=r"^([a-z0-9]{20})?$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}-[a-z]+-\d$")]
AnySettings = TypeVar("AnySettings", bound=BaseSettings)

PORTS = range(1, 65536)

WEB_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[\w.-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d+))?(?:/[\w.~%/-]*)?",
    re.ASCII | re.IGNORECASE,
)
ONE_LABEL = re.compile(r"[a-z][\w-]*", re.ASCII | re.IGNORECASE)


def web_address(url: str) -> str:
    """Return *url* without a slash at its end.

    Raises:
        ValueError: it is none, or what it answers could be forged on the way.
    """
    url = url.strip().rstrip("/")
    match = WEB_ADDRESS.fullmatch(url)
    if match is None or int(match["port"] or 443) not in PORTS:
        raise ValueError("is not of the form https://host/path, with nothing after that")
    if match["scheme"].lower() == "http" and not is_near(match["host"]):
        raise ValueError("has http, which is only for this machine or a private network; use https")
    return url


def is_near(host: str) -> bool:
    """Tell whether *host* is a private address, or a name without a dot, as in Docker networks."""
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return ONE_LABEL.fullmatch(host) is not None


def split_at_commas(text: str | list[str]) -> list[str]:
    """Return the parts of *text* that are not empty."""
    parts = text.split(",") if isinstance(text, str) else text
    return [part.strip() for part in parts if part.strip()]


CommaSeparated = Annotated[list[str], NoDecode, BeforeValidator(split_at_commas)]


class EnvironmentSettings(BaseSettings):
    """How every setting is read: its variable has the field's name, in upper case."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_default=False,
    )


class SupabaseSettings(EnvironmentSettings):
    """Which Supabase project this is."""

    supabase_project_id: ProjectRef = ""
    """The project ref: 20 lower-case letters or digits. Dashboard: Project Settings > General."""

    supabase_region: Region = "us-east-1"
    """The region's code, such as eu-central-1. Dashboard: Project Settings > General."""

    @classmethod
    def projects(cls, known: Mapping[str, Any]) -> set[str]:
        """Return the refs of the projects that the settings *known* so far name.

        Raises:
            KeyError: one that may name a project was refused.
        """
        return {known["supabase_project_id"]} - {""}


def read_settings(cls: type[AnySettings]) -> AnySettings:
    """Read the environment, and the file that ENV_FILE names (`.env`), into a *cls*.

    Raises:
        SystemExit: with code 2, once each problem stands on stderr with what to do about it.
    """
    try:
        return cls(_env_file=env_file())
    except ValidationError as error:
        sys.stderr.write(explain(cls, error))
    except (SettingsError, UnicodeDecodeError) as error:
        sys.stderr.write(f"The environment or `.env` cannot be read: {error}\n")
    raise SystemExit(2)


def env_file() -> str:
    """Return the file that is read beside the environment."""
    return os.environ.get("ENV_FILE", ".env")


def explain(cls: type[BaseSettings], error: ValidationError) -> str:
    """Tell a person what is wrong with the environment, and where the right values are found."""
    lines = [f"{error.error_count()} setting(s) missing or wrong in the environment or `.env`:"]
    for sentence, text in problems(cls, error):
        lines += ["", f"  {sentence}"]
        lines += [f"      {line}" for line in text.splitlines()]
    return "\n".join([*lines, ""])


def problems(cls: type[BaseSettings], error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with each setting, and the text that says where its value is found."""
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        sentence = problem["msg"].removeprefix("Value error, ")
        lines = [line.strip() for line in describe(cls, name).splitlines()]
        yield f"{name.upper()} {sentence[:1].lower()}{sentence[1:]}", "\n".join(lines)


def describe(cls: type[BaseSettings], name: str) -> str:
    """Return the text under a setting, also when a subclass changed only its default."""
    for owner in cls.__mro__:
        field = owner.model_fields.get(name) if issubclass(owner, BaseSettings) else None
        if field and field.description:
            return field.description
    return ""
