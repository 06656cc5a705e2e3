"""Who is calling: the gateway's look at the API key, then Storage's at the token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options
from starlette.requests import Request

from ..keys import Keys
from .errors import NoApiKey, reason_of, unauthorized


@dataclass(frozen=True)
class Caller:
    """The role that a request becomes in the database, and the claims it has there."""

    role: str
    claims: dict[str, Any]

    @property
    def owner_id(self) -> str | None:
        """Whom the objects that they make belong to."""
        sub = self.claims.get("sub")
        return None if sub is None else str(sub)

    @property
    def owner(self) -> UUID | None:
        """The same, as long as it is the id of a user."""
        try:
            return UUID(self.owner_id or "")
        except ValueError:
            return None


SERVICE = Caller("service_role", {"role": "service_role"})
"""Storage itself, and whoever calls with the secret key alone."""

ANYBODY = Caller("anon", {"role": "anon"})
"""Whoever calls with the publishable key alone."""

ONLY_TIME: Options = {
    "verify_aud": False,
    "verify_iat": False,
    "verify_jti": False,
    "verify_sub": False,
}
"""As Storage does: what counts besides the signature is `exp` and `nbf`, to the second."""


def caller_of(request: Request, keys: Keys) -> Caller:
    """Return who sent *request*.

    Raises:
        NoApiKey: no key of this project came with it.
        StorageError: its token is none of this project.
    """
    api_key = request.headers.get("apikey", "")
    by_key = _behind(api_key, keys)
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    # Clients without a user send the API key twice; it is no token.
    if token in ("", api_key):
        return by_key
    try:
        public = keys.signing.key.public_key()
        claims = jwt.decode(token, public, algorithms=["ES256"], options=ONLY_TIME)
    except jwt.InvalidTokenError as error:
        raise unauthorized(reason_of(error)) from error
    return Caller(str(claims.get("role") or "anon"), claims)


def _behind(api_key: str, keys: Keys) -> Caller:
    for key, caller in ((keys.secret, SERVICE), (keys.publishable, ANYBODY)):
        if hmac.compare_digest(api_key.encode(), key.encode()):
            return caller
    raise NoApiKey
