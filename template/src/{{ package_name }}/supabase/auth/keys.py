"""The project's public keys: fetched, kept, refreshed.

A key that is known needs no network: a fetch that fails or is slow leaves the keys as they are.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from httpx import AsyncClient, HTTPError
from jwt import PyJWK
from pydantic import BaseModel

from ..http.errors import Unavailable

OLD = 5 * 60
"""Seconds after which the keys are fetched again, while requests go on with those there are."""

STALE = 10 * 60
"""Seconds after which a request waits for that: what was withdrawn earlier is refused."""

PAUSE = 10
"""Seconds from one fetch to the next, whatever clients send."""

WAIT_WITHIN = 2
"""Seconds into a fetch until which requests wait for it."""

FETCH_WITHIN = 5
"""Seconds that a fetch may take; it is over before the next may begin."""

LARGEST = 64 * 1024
"""Bytes that the endpoint may answer."""

RSA_BITS = range(2048, 8193)

ALGORITHMS = {("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA", ("RSA", None): "RS256"}
"""What each kind of key signs with. There is no `oct`: what is public is no secret."""

log = logging.getLogger(__name__)


class KeySet(BaseModel):
    """What the endpoint answers (RFC 7517)."""

    keys: list[Any]


def usable(entry: dict[str, Any]) -> PyJWK:
    """Read one key, bound to the algorithm of its kind.

    Raises:
        Exception: it is of no use here; a stranger's JSON can be wrong in many ways.
    """
    algorithm = ALGORITHMS[entry["kty"], entry.get("crv")]
    is_meant = entry.get("use", "sig") == "sig" and entry.get("alg", algorithm) == algorithm
    if not is_meant or "d" in entry or not isinstance(entry["kid"], str):
        raise ValueError("not a public key for signatures, with an id")
    key = PyJWK(entry, algorithm)
    if isinstance(key.key, RSAPublicKey) and key.key.key_size not in RSA_BITS:
        raise ValueError("too short to be safe, or too long to be quick")
    return key


def read_keys(text: bytes) -> dict[str, PyJWK]:
    """Return the usable keys by their ids.

    Raises:
        ValueError: *text* is no key set.
    """
    keys: dict[str, PyJWK] = {}
    for entry in KeySet.model_validate_json(text).keys:
        with suppress(Exception):  # the others are none the worse for it
            keys[entry["kid"]] = usable(entry)
    return keys


class Keys:
    """The keys at *url*; *clock* tells seconds."""

    def __init__(
        self, url: str, http: AsyncClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = url
        self.clock = clock
        self.known: dict[str, PyJWK] | None = None
        self._http = http
        self._known_since = -math.inf
        self._fetch_began = -math.inf
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> PyJWK | None:
        """Return the key with this id, if the project has it.

        Raises:
            Unavailable: no key could be fetched yet, so nobody knows.
        """
        age = self.clock() - self._known_since
        if age > OLD or not self.known or kid not in self.known:
            self._refresh()
        if age > STALE or not self.known or kid not in self.known:
            await self._refreshed()
        if self.known is None:
            raise Unavailable("Access tokens cannot be verified yet; try again.", PAUSE)
        return self.known.get(kid)

    async def close(self) -> None:
        """Stop what is under way."""
        if self._fetch:
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    def _refresh(self) -> None:
        if self.clock() - self._fetch_began >= PAUSE:
            self._fetch_began = self.clock()
            self._fetch = asyncio.create_task(self._fetch_keys())

    async def _refreshed(self) -> None:
        remaining = self._fetch_began + WAIT_WITHIN - self.clock()
        if self._fetch and remaining > 0:
            # A request that is cancelled here takes the fetch from nobody else.
            await asyncio.wait({self._fetch}, timeout=remaining)

    async def _fetch_keys(self) -> None:
        try:
            async with asyncio.timeout(FETCH_WITHIN):
                self.known = read_keys(await self._read())
        except (HTTPError, TimeoutError, ValueError) as error:
            log.warning("no keys from %s, those before stay: %r", self.url, error)
        else:
            self._known_since = self._fetch_began

    async def _read(self) -> bytes:
        # Uncompressed, so that what is counted is what is kept.
        unchanged = {"Accept-Encoding": "identity"}
        body = b""
        async with self._http.stream("GET", self.url, headers=unchanged) as answer:
            answer.raise_for_status()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > LARGEST:
                    raise ValueError("the answer is too large")
        return body
