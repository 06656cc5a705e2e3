"""What the Storage API needs from the environment."""

from typing import Annotated, Any

import jwt
from pydantic import Field, SecretStr, field_validator

from ..auth.settings import AuthSettings


class StorageSettings(AuthSettings):
    """With which keys files are reached, in which bucket, and how large they may be."""

    supabase_publishable_key: Annotated[SecretStr, Field(validate_default=True)] = SecretStr("")
    """The key that says which project is meant, sb_publishable_...; what a request may do is
    decided by its caller's access token. Dashboard: Project Settings > API Keys."""

    supabase_secret_key: SecretStr | None = None
    """The key that passes every policy, sb_secret_...; only needed where a feature of yours asks
    for `service_storage`. Dashboard: Project Settings > API Keys > Secret keys."""

    storage_bucket: Annotated[str, Field(pattern=r"^[\w!.*'() &$@=;:+,?-]{1,100}$")] = "files"
    """The bucket of /files. A migration makes the one of this name.
    Dashboard: Storage > Files > Buckets."""

    storage_max_file_bytes: Annotated[int, Field(ge=1)] = 50 * 1024 * 1024
    """The largest file, in bytes; the bucket has a limit too, and so has the project.
    Dashboard: Storage > Files > Settings."""

    storage_signed_url_max_seconds: Annotated[int, Field(ge=1, le=7 * 24 * 3600)] = 3600
    """Seconds that a signed URL may be good for: whoever has it can read the file."""

    @field_validator("supabase_publishable_key")
    @classmethod
    def _publishable_key_is_one(cls, key: SecretStr) -> SecretStr:
        value = key.get_secret_value()
        if not value:
            raise ValueError("is not set, and Storage is not reached without it")
        if value.startswith("sb_secret_") or _claims(value).get("role") == "service_role":
            raise ValueError("is a secret key, which is not for requests of users")
        return key

    @field_validator("supabase_secret_key")
    @classmethod
    def _secret_key_is_one(cls, key: SecretStr | None) -> SecretStr | None:
        if key and key.get_secret_value().startswith("sb_publishable_"):
            raise ValueError("is the publishable key; the secret one begins with sb_secret_")
        return key


def _claims(key: str) -> dict[str, Any]:
    """Read a key of the older kind, which is a token, as self-hosted projects have."""
    try:
        return jwt.decode(key, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
