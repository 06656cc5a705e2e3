"""What the template's code needs from the environment: one class per concern.

The text under each setting says where its value is found; the start-up error prints it.
"""

import os
import re
import sys
from ipaddress import ip_address, ip_network
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from .address import PORTS, parse
from .origins import origin, pattern

ProjectRef = Annotated[str, Field(pattern=r"^([a-z0-9]{20})?$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}-[a-z]+-\d$")]
AnySettings = TypeVar("AnySettings", bound=BaseSettings)

SHORTEST_SECRET = 32
"""Bytes that a secret of HS256 has at least (RFC 7518, section 3.2)."""

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


class AuthSettings(SupabaseSettings):
    """Whose access tokens are believed. Beside DatabaseSettings, DATABASE_URL alone tells it all."""

    supabase_url: Annotated[str, Field(validate_default=True)] = ""
    """The project's own address, https://<project ref>.supabase.co, which is also the default.
    Dashboard: Project Settings > Data API."""

    supabase_jwks_url: Annotated[str, Field(validate_default=True)] = ""
    """Where the public keys of access tokens are; <SUPABASE_URL>/auth/v1/.well-known/jwks.json.
    Dashboard: Project Settings > JWT Keys > Discovery URL."""

    supabase_jwt_issuer: Annotated[CommaSeparated, Field(validate_default=True)] = []
    """The iss of access tokens, or several, separated by commas; <SUPABASE_URL>/auth/v1.
    A project that you host yourself has it in GOTRUE_JWT_ISSUER."""

    supabase_jwt_audience: Annotated[CommaSeparated, Field(min_length=1)] = ["authenticated"]
    """The aud of access tokens, or several, separated by commas. Supabase's is authenticated."""

    supabase_jwt_secret: SecretStr | None = None
    """Only for a project that still signs with HS256; public keys need no setting.
    Dashboard: Project Settings > JWT Keys > Legacy JWT Secret."""

    @field_validator("supabase_url")
    @classmethod
    def _project_is_known(cls, url: str, info: ValidationInfo) -> str:
        if url:
            return web_address(url)
        sources = {"supabase_project_id", "database_url"} & cls.model_fields.keys()
        if not sources <= info.data.keys():
            return url  # one of them is wrong, which is told already
        pasted: SecretStr | None = info.data.get("database_url")
        named = {
            info.data["supabase_project_id"],
            parse(pasted.get_secret_value()).project if pasted else "",
        }
        match sorted(named - {""}):
            case [project]:
                return f"https://{project}.supabase.co"
            case []:
                raise ValueError(
                    "is not set, and neither SUPABASE_PROJECT_ID nor DATABASE_URL names the project"
                )
            case _:
                raise ValueError(
                    "is not set, and SUPABASE_PROJECT_ID and DATABASE_URL are of two projects"
                )

    @field_validator("supabase_jwks_url")
    @classmethod
    def _keys_are_found(cls, url: str, info: ValidationInfo) -> str:
        if url:
            return web_address(url)
        return f"{info.data.get('supabase_url')}/auth/v1/.well-known/jwks.json"

    @field_validator("supabase_jwt_issuer")
    @classmethod
    def _issuer_is_known(cls, issuers: list[str], info: ValidationInfo) -> list[str]:
        return issuers or [f"{info.data.get('supabase_url')}/auth/v1"]

    @field_validator("supabase_jwt_secret")
    @classmethod
    def _secret_is_one(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is None:
            return secret
        value = secret.get_secret_value()
        # Taken for the secret, a public key would let everybody sign.
        if value.lstrip().startswith(("-----BEGIN", "{")):
            raise ValueError("is a key of another kind; only HS256 has a secret")
        if len(value.encode()) < SHORTEST_SECRET:
            raise ValueError(f"is shorter than {SHORTEST_SECRET} bytes, so it could be guessed")
        return secret


class HttpSettings(EnvironmentSettings):
    """What comes in over HTTP, and how it is logged."""

    cors_origins: CommaSeparated = []
    """Origins whose pages may call this service, separated by commas: https://app.example.com
    * alone lets every page call it; a page never sends a token that it was not given."""

    cors_origin_pattern: CommaSeparated = []
    """The same for origins that are not known before, as of preview deployments; a * stands for a
    part of a name between two dots: https://my-app-*-my-team.vercel.app"""

    max_request_bytes: Annotated[int, Field(ge=1)] = 1024 * 1024
    """The largest body that a request may have, in bytes."""

    trusted_proxies: CommaSeparated = []
    """The addresses or networks of the proxies in front, separated by commas: 10.0.0.0/8. Only
    their X-Forwarded-For and X-Forwarded-Proto are believed. Your platform's documentation."""

    log_format: Literal["text", "json"] = "text"
    """text for people, json for log collectors."""

    @field_validator("cors_origins")
    @classmethod
    def _browsers_send_these(cls, origins: list[str]) -> list[str]:
        if origins == ["*"]:
            return origins
        if "*" in origins:
            raise ValueError("has * beside other origins; write * alone, or leave it out")
        return [origin(each) for each in origins]

    @field_validator("cors_origin_pattern")
    @classmethod
    def _only_yours_match(cls, patterns: list[str]) -> list[str]:
        return [pattern(each) for each in patterns]

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_known(cls, proxies: list[str]) -> list[str]:
        for proxy in proxies:
            try:
                network = ip_network(proxy)
            except ValueError:
                raise ValueError(
                    "has a part that is no address and no network, such as 10.0.0.0/8"
                ) from None
            if network.prefixlen == 0:
                raise ValueError("trusts everybody; name the networks that your proxies are in")
        return proxies


def read_settings(cls: type[AnySettings]) -> AnySettings:
    """Read the environment, and the file that ENV_FILE names (`.env`), into a *cls*.

    Raises:
        SystemExit: with code 2, once each problem stands on stderr with what to do about it.
    """
    try:
        return cls(_env_file=os.environ.get("ENV_FILE", ".env"))
    except ValidationError as error:
        sys.stderr.write(explain(cls, error))
    except (SettingsError, UnicodeDecodeError) as error:
        sys.stderr.write(f"The environment or `.env` cannot be read: {error}\n")
    raise SystemExit(2)


def explain(cls: type[BaseSettings], error: ValidationError) -> str:
    """Tell a person what is wrong with the environment, and where the right values are found."""
    lines = [f"{error.error_count()} setting(s) missing or wrong in the environment or `.env`:"]
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0])
        sentence = problem["msg"].removeprefix("Value error, ")
        lines += ["", f"  {name.upper()} {sentence[:1].lower()}{sentence[1:]}"]
        lines += [f"      {line.strip()}" for line in describe(cls, name).splitlines()]
    return "\n".join([*lines, ""])


def describe(cls: type[BaseSettings], name: str) -> str:
    """Return the text under a setting, also when a subclass changed only its default."""
    for owner in cls.__mro__:
        field = owner.model_fields.get(name) if issubclass(owner, BaseSettings) else None
        if field and field.description:
            return field.description
    return ""
