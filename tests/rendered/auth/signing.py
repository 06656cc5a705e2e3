"""What the Auth service of a project does, as far as we depend on it: it signs, and shows keys."""

from __future__ import annotations

import asyncio
import gzip
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Coroutine
from types import EllipsisType
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from httpx import Response
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

SignIn = Callable[[str], Coroutine[Any, Any, Response]]
"""Shows a token, and gets the answer of `/me`."""

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


class Key:
    """A signing key, ES256 unless *private* is of another kind."""

    def __init__(self, kid: str, private: PrivateKey | None = None) -> None:
        self.kid = kid
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        self.public = self.private.public_key()

    @property
    def algorithm(self) -> str:
        return PyJWK(self.jwk()).algorithm_name

    def jwk(self, **changes: Any) -> dict[str, Any]:
        if isinstance(self.public, ec.EllipticCurvePublicKey):
            public = ECAlgorithm.to_jwk(self.public, as_dict=True)
        elif isinstance(self.public, rsa.RSAPublicKey):
            public = RSAAlgorithm.to_jwk(self.public, as_dict=True)
        else:
            public = OKPAlgorithm.to_jwk(self.public, as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "key_ops": ["verify"], **changes}

    def private_jwk(self) -> dict[str, Any]:
        return json.loads(jwt.get_algorithm_by_name(self.algorithm).to_jwk(self.private))

    def sign(self, claims: Any, **header: Any) -> str:
        """Make a token with a good signature; `...` takes a part of its header away."""
        merged = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid, **header}
        parts = {name: value for name, value in merged.items() if value is not ...}
        return self.seal(encoded(parts), encoded(claims))

    def seal(self, header: str, payload: str) -> str:
        signed = f"{header}.{payload}"
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        return f"{signed}.{encoded(algorithm.sign(signed.encode(), self.private))}"


def encoded(part: Any) -> str:
    """Write a part of a token: bytes as they are, anything else as JSON."""
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def hs256(claims: Any, secret: bytes, **header: Any) -> str:
    """Sign with anything for a secret, which libraries rightly refuse to."""
    signed = f"{encoded({'alg': 'HS256', 'typ': 'JWT', **header})}.{encoded(claims)}"
    return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


class AuthService:
    """Serves its keys over HTTP, or whatever else a test wants to be answered."""

    def __init__(self) -> None:
        self.key = Key("first")
        self.keys = [self.key.jwk()]
        self.body: bytes | None = None
        self.status = b"200 OK"
        self.delay = 0.0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.hits = 0
        self.port = 0
        self._answering: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def claims(self, **changes: Any | EllipsisType) -> dict[str, Any]:
        """Say what Supabase says of a user; `...` takes a claim away."""
        now = int(time.time())
        usual = {
            "iss": f"{self.url}/auth/v1",
            "aud": "authenticated",
            "exp": now + 3600,
            "iat": now,
            "sub": str(uuid4()),
            "role": "authenticated",
            "email": "alice@example.com",
            "phone": "",
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": now}],
            "session_id": str(uuid4()),
            "is_anonymous": False,
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": {"name": "Alice"},
        }
        return {name: value for name, value in {**usual, **changes}.items() if value is not ...}

    def token(self, **changes: Any | EllipsisType) -> str:
        return self.key.sign(self.claims(**changes))

    def headers(self, **changes: Any | EllipsisType) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**changes)}"}

    async def start(self) -> None:
        """Listen; after a stop on the same port again."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop what is under way, and refuse connections."""
        self._server.close()
        for answer in self._answering:
            answer.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = asyncio.create_task(self._answer(reader, writer))
        self._answering.add(answer)
        answer.add_done_callback(self._answering.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            self.hits += 1
            await asyncio.sleep(self.delay)
            await self.may_answer.wait()
            body = json.dumps({"keys": self.keys}).encode() if self.body is None else self.body
            writer.write(b"HTTP/1.1 %b\r\nConnection: close\r\n" % self.status)
            if b"gzip" in request.lower():
                body = gzip.compress(body)
                writer.write(b"Content-Encoding: gzip\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        except asyncio.IncompleteReadError:
            pass  # whoever came has left without a word
        finally:
            writer.close()


def assert_refused(answer: Response, detail: str = "") -> None:
    """A token was sent, and proves nothing; *detail* is what the client is told."""
    assert answer.status_code == answer.json()["status"] == 401, answer.text
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert answer.headers["content-type"] == "application/problem+json"
    assert detail in answer.json()["detail"]
