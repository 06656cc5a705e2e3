"""Access tokens as Supabase Auth mints them."""

import time
import uuid
from typing import Any
from uuid import UUID

import jwt

from .keys import Keys

LIFETIME = 3600
"""Seconds that an access token is good for."""


def issuer(url: str) -> str:
    """Return who says so, for the project at *url*."""
    return f"{url}/auth/v1"


def access_token(keys: Keys, url: str, user: UUID, **claims: Any) -> str:
    """Mint the token of *user* for the project at *url*; *claims* replace those it would have."""
    now = int(time.time())
    usual = {
        "iss": issuer(url),
        "sub": str(user),
        "aud": "authenticated",
        "exp": now + LIFETIME,
        "iat": now,
        "email": "",
        "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {},
        "role": "authenticated",
        "aal": "aal1",
        "amr": [{"method": "password", "timestamp": now}],
        "session_id": str(uuid.uuid4()),
        "is_anonymous": False,
    }
    key = keys.signing
    return jwt.encode({**usual, **claims}, key.key, "ES256", headers={"kid": key.key_id})


def verified(keys: Keys, url: str, token: str) -> dict[str, Any]:
    """Return the claims of a *token* that this project minted.

    Raises:
        jwt.InvalidTokenError: it is none, or it has expired.
    """
    public = keys.signing.key.public_key()
    return jwt.decode(
        token, public, algorithms=["ES256"], issuer=issuer(url), audience="authenticated"
    )
