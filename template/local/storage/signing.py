"""Tokens that let their holder fetch or upload one object, until they expire."""

import time
from typing import Any

import jwt

from .errors import invalid_request, invalid_signature, invalid_token

UPLOAD_LIFETIME = 7200
"""Seconds that a URL to upload to is good for."""


class Signer:
    """Signs with the project's *secret*, and knows what it has signed."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def to_download(self, path: str, lifetime: int) -> str:
        """Return a token to fetch *path*, bucket first, for *lifetime* seconds."""
        return self._sign(lifetime, url=path, scope="download")

    def to_upload(self, path: str, owner: str | None, *, upsert: bool) -> str:
        """Return a token to upload to *path*, in the name of *owner*."""
        return self._sign(UPLOAD_LIFETIME, owner=owner, url=path, upsert=upsert, scope="upload")

    def verified(self, token: str | None, path: str, scope: str) -> dict[str, Any]:
        """Return what was signed.

        Raises:
            StorageError: there is no token, or not one for that, there, and now.
        """
        if token is None:
            raise invalid_request("querystring must have required property 'token'")
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"])
        except jwt.InvalidTokenError as error:
            raise invalid_token(error) from error
        if claims.get("scope") != scope:
            raise invalid_signature(f"Token is not scoped for {scope}")
        if claims.get("url") != path:
            raise invalid_signature()
        return claims

    def _sign(self, lifetime: int, **claims: Any) -> str:
        now = int(time.time())
        return jwt.encode({**claims, "iat": now, "exp": now + lifetime}, self._secret, "HS256")
