"""Supabase Auth, as far as signing in with e-mail and password goes: `/auth/v1/...`.

Real rows of `auth.users`, real passwords, tokens by the project's key. Refresh tokens live in
memory: after a restart people sign in again.
"""

import asyncio
import hmac
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import bcrypt
import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .keys import Keys
from .tokens import LIFETIME, access_token, verified

NOBODY = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(4)).decode()
"""Compared with when there is no such user, so that an answer takes as long."""


@dataclass
class Auth:
    """The Auth service of the project at *url*, over the database at *database_url*."""

    url: str
    database_url: str
    keys: Keys
    refreshable: dict[str, tuple[UUID, str]] = field(default_factory=dict[str, tuple[UUID, str]])
    """User and session by refresh token."""

    def routes(self) -> list[Route]:
        """Return what it answers to."""
        return [
            Route("/auth/v1/.well-known/jwks.json", self.key_set),
            Route("/auth/v1/token", self.sign_in, methods=["POST"]),
            Route("/auth/v1/user", self.read_user),
            Route("/auth/v1/logout", self.sign_out, methods=["POST"]),
        ]

    async def key_set(self, _request: Request) -> Response:
        """Publish the key that access tokens are verified with; this needs no API key."""
        headers = {"Cache-Control": "public, max-age=600"}
        return JSONResponse({"keys": [self.keys.public()]}, headers=headers)

    async def sign_in(self, request: Request) -> Response:
        """Exchange a password, or the refresh token of a session, for an access token."""
        if not self._is_called_with_a_key(request):
            return no_api_key()
        sent = await request.json()
        match request.query_params.get("grant_type"):
            case "password":
                user = await self._by_password(str(sent.get("email")), str(sent.get("password")))
                if user is None:
                    return problem(400, "invalid_credentials", "Invalid login credentials")
                return self._session(user, str(uuid.uuid4()))
            case "refresh_token":
                user_id, session = self.refreshable.pop(sent.get("refresh_token"), (None, ""))
                user = await self._read(user_id) if user_id else None
                if user is None:
                    message = "Invalid Refresh Token: Refresh Token Not Found"
                    return problem(400, "refresh_token_not_found", message)
                return self._session(user, session)
            case _:
                return problem(400, "invalid_request", "unsupported_grant_type")

    async def read_user(self, request: Request) -> Response:
        """Answer whose access token this is."""
        if not self._is_called_with_a_key(request):
            return no_api_key()
        claims = self._claims(request)
        user = await self._read(UUID(claims["sub"])) if claims else None
        if user is None:
            return problem(403, "bad_jwt", "invalid JWT")
        return JSONResponse(user)

    async def sign_out(self, request: Request) -> Response:
        """End the sessions of the caller: nothing refreshes them, what is out stays good."""
        if not self._is_called_with_a_key(request):
            return no_api_key()
        claims = self._claims(request)
        if claims is None:
            return problem(403, "bad_jwt", "invalid JWT")
        theirs = [key for key, (who, _) in self.refreshable.items() if str(who) == claims["sub"]]
        for key in theirs:
            del self.refreshable[key]
        return Response(status_code=204)

    def _is_called_with_a_key(self, request: Request) -> bool:
        sent = request.headers.get("apikey", "")
        known = (self.keys.publishable, self.keys.secret)
        return any(hmac.compare_digest(sent.encode(), key.encode()) for key in known)

    def _claims(self, request: Request) -> dict[str, Any] | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            return verified(self.keys, self.url, token)
        except jwt.InvalidTokenError:
            return None

    async def _by_password(self, email: str, password: str) -> dict[str, Any] | None:
        row = await self._row("select * from auth.users where email = $1", email)
        expected = row["encrypted_password"] if row else NOBODY
        # It takes its time on purpose, so not on the event loop.
        is_right = await asyncio.to_thread(bcrypt.checkpw, password.encode(), expected.encode())
        return described(row) if row and is_right else None

    async def _read(self, user_id: UUID) -> dict[str, Any] | None:
        row = await self._row("select * from auth.users where id = $1", user_id)
        return described(row) if row else None

    async def _row(self, query: str, value: object) -> asyncpg.Record | None:
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetchrow(query, value)
        finally:
            await connection.close()

    def _session(self, user: dict[str, Any], session: str) -> Response:
        refresh = secrets.token_urlsafe(12)
        self.refreshable[refresh] = (UUID(user["id"]), session)
        kept = {name: user[name] for name in ("email", "app_metadata", "user_metadata")}
        token = access_token(self.keys, self.url, UUID(user["id"]), session_id=session, **kept)
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "bearer",
                "expires_in": LIFETIME,
                "expires_at": int(time.time()) + LIFETIME,
                "refresh_token": refresh,
                "user": user,
            }
        )


def described(row: asyncpg.Record) -> dict[str, Any]:
    """Say of a user what its clients are told."""
    times = ("email_confirmed_at", "confirmed_at", "last_sign_in_at", "created_at", "updated_at")
    return {
        "id": str(row["id"]),
        "aud": row["aud"],
        "role": row["role"],
        "email": row["email"],
        "phone": row["phone"] or "",
        **{name: row[name].isoformat() for name in times if row[name]},
        "app_metadata": json.loads(row["raw_app_meta_data"] or "{}"),
        "user_metadata": json.loads(row["raw_user_meta_data"] or "{}"),
        "identities": [],
        "is_anonymous": row["is_anonymous"],
    }


def problem(status: int, code: str, message: str) -> Response:
    """Answer in the form of the Auth service, the newer one and the one before."""
    content = {"code": code, "message": message, "error_code": code, "msg": message}
    return JSONResponse(content, status)


def no_api_key() -> Response:
    """Answer as the gateway does, which wants a key of the project."""
    return JSONResponse({"message": "Invalid API key"}, 401)
