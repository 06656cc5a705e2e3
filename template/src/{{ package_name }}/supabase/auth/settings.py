"""What verifying access tokens needs from the environment."""

from typing import Annotated

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from ..settings import CommaSeparated, SupabaseSettings, web_address

SHORTEST_SECRET = 32
"""Bytes that a secret of HS256 has at least (RFC 7518, section 3.2)."""


class AuthSettings(SupabaseSettings):
    """Whose access tokens are believed. Beside DatabaseSettings, DATABASE_URL alone tells it all.

    Among the bases of a class it stands before DatabaseSettings, whose fields are then read first.
    """

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
        try:
            projects = sorted(cls.projects(info.data))
        except KeyError as unknown:
            names = [*cls.model_fields]
            if names.index(unknown.args[0]) > names.index("supabase_url"):
                raise TypeError(
                    "put AuthSettings before DatabaseSettings among the bases"
                ) from None
            return url  # what was refused is reported already
        match projects:
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
