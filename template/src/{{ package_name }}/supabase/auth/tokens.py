"""From the text of an access token to the principal that it proves.

PyJWT reads the keys and checks the signatures. The text is taken apart here, once: the key must be
known before, and the claims go on to Postgres, which is stricter about JSON than Python is.
"""

import json
import logging
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from httpx import AsyncClient
from jwt import PyJWK
from pydantic import BaseModel, ConfigDict, TypeAdapter

from ..http.errors import Unauthorized
from .keys import Keys
from .principal import Principal
from .settings import AuthSettings

LONGEST = 16 * 1024
"""Characters that a token may have."""

LEEWAY = 10
"""Seconds that the clocks of the Auth service and of this machine may be apart."""

COMPACT = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]+)", re.ASCII)

INVALID = "The access token is not valid."
NO_USER = "This is not the access token of a user."

serialize = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
log = logging.getLogger(__name__)

CLAIMS = TypeAdapter(dict[str, Any])


class Header(BaseModel):
    """What is read of a token before its key is known; the rest of its header is not looked at."""

    model_config = ConfigDict(strict=True)

    alg: str
    kid: str | None = None
    crit: None = None
    """Extensions that must be understood; there is none that is."""


class Registered(BaseModel):
    """The claims that say by whom, for whom and for how long a token is."""

    model_config = ConfigDict(strict=True)

    iss: str
    aud: str | list[str]
    exp: float
    iat: float
    nbf: float = 0


class Tokens:
    """Verifies access tokens: who signed them, for whom, and whose they are."""

    def __init__(self, settings: AuthSettings, keys: Keys) -> None:
        self.keys = keys
        self._issuers = frozenset(settings.supabase_jwt_issuer)
        self._audiences = frozenset(settings.supabase_jwt_audience)
        self._secret: PyJWK | None = None
        self._told: set[str] = set()
        if settings.supabase_jwt_secret:
            secret = settings.supabase_jwt_secret.get_secret_value().encode()
            self._secret = PyJWK({"kty": "oct", "k": urlsafe_b64encode(secret).decode()}, "HS256")

    async def verify(self, token: str) -> Principal:
        """Return the user whose *token* this is.

        Raises:
            Unauthorized: it is nobody's; the detail helps an honest client.
            Unavailable: no key could be fetched yet.
        """
        if token.startswith(("sb_publishable_", "sb_secret_")):
            raise Unauthorized("This is an API key; an access token of a user is needed.")
        parts = COMPACT.fullmatch(token) if len(token) <= LONGEST else None
        if parts is None:
            raise Unauthorized(INVALID)
        try:
            first, payload, signature = (urlsafe_b64decode(f"{each}==") for each in parts.groups())
            header = Header.model_validate_json(first)
        except ValueError:
            raise Unauthorized(INVALID) from None
        key = await self._key_for(header)
        signed = token[: parts.end(2)].encode()
        if key is None or not key.Algorithm.verify(signed, key.key, signature):
            raise Unauthorized(INVALID)
        return self._principal(payload)

    async def _key_for(self, header: Header) -> PyJWK | None:
        """Return the key that a token with this *header* must be signed with.

        The header names a key. What a key signs with is the key's own: a public key is never taken
        for a secret.
        """
        if header.alg == "HS256":
            if self._secret is None:
                self._tell_once("SUPABASE_JWT_SECRET is not set, but a token is signed with HS256")
            return self._secret
        if header.kid is None:
            return None
        key = await self.keys.find(header.kid)
        if not self.keys.known and self._secret is None:
            self._tell_once("there is no key at %s, and no SUPABASE_JWT_SECRET", self.keys.url)
        return key if key and key.algorithm_name == header.alg else None

    def _principal(self, payload: bytes) -> Principal:
        """Return whom the *payload* of a token with a good signature is about."""
        try:
            # Refuses half a surrogate pair, 200 levels, 4300 digits; then NaN and infinity.
            claims = CLAIMS.validate_json(payload)
            text = serialize(claims)
            said = {name: value for name, value in claims.items() if value is not None}
            registered = Registered.model_validate(said)
            principal = Principal.model_validate({**said, "claims": claims, "claims_json": text})
        except ValueError:
            raise Unauthorized(NO_USER) from None
        if "\\u0000" in text.replace("\\\\", ""):
            raise Unauthorized(NO_USER)  # jsonb has no place for it
        self._check(registered)
        return principal

    def _check(self, claims: Registered) -> None:
        """Refuse a token of another time, of another project, or for somebody else."""
        now = time.time()
        if claims.exp <= now - LEEWAY:
            raise Unauthorized("The access token has expired.")
        if max(claims.iat, claims.nbf) > now + LEEWAY:
            raise Unauthorized("The access token is not valid yet.")
        if claims.iss not in self._issuers:
            self._tell_once("SUPABASE_JWT_ISSUER is not the %.200r of a token", claims.iss)
            raise Unauthorized(INVALID)
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if self._audiences.isdisjoint(audiences):
            self._tell_once("SUPABASE_JWT_AUDIENCE is not the %.200r of a token", audiences)
            raise Unauthorized(INVALID)

    def _tell_once(self, reason: str, *values: object) -> None:
        """Log what an operator can mend; clients can repeat it as often as they like."""
        if reason not in self._told:
            self._told.add(reason)
            log.warning(reason, *values)


@asynccontextmanager
async def open_tokens(settings: AuthSettings, http: AsyncClient) -> AsyncGenerator[Tokens]:
    """Verify access tokens for as long as the application runs."""
    keys = Keys(settings.supabase_jwks_url, http)
    try:
        yield Tokens(settings, keys)
    finally:
        await keys.close()
