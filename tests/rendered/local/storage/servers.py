"""The server that these tests are held against, who uses it, and how it refuses.

It is the stand-in, driven by the real client. For another one set

- `STORAGE_CONFORMANCE_URL`: the project's URL; `/storage/v1` is below it
- `STORAGE_CONFORMANCE_PUBLISHABLE_KEY` and `STORAGE_CONFORMANCE_SECRET_KEY`: its API keys
- `STORAGE_CONFORMANCE_JWT_SECRET`: what HS256 tokens of its users are signed with
- `STORAGE_CONFORMANCE_DATABASE_URL`: its database, as `postgres`

The tests make buckets called `conformance-...` there, and one policy on `storage.objects`, and
remove them again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import jwt
import pytest
from httpx import AsyncClient, Response
from storage3 import AsyncStorageClient
from storage3.exceptions import StorageApiError
from supabase import AsyncClientOptions, acreate_client

REFUSALS = {
    "RLS": (403, "Unauthorized", "new row violates row-level security policy"),
    "NOKEY": (404, "not_found", "Object not found"),
    "NOBKT": (404, "Bucket not found", "Bucket not found"),
    "DUP": (409, "Duplicate", "The resource already exists"),
    "BIG": (413, "Payload too large", "The object exceeded the maximum allowed size"),
    "MIME": (415, "invalid_mime_type", "mime type {} is not supported"),
    "REQ": (400, "Error", "{}"),
    "AUTH": (403, "Unauthorized", "{}"),
    "JWT": (400, "InvalidJWT", "{}"),
    "SIG": (400, "InvalidSignature", "Invalid signature"),
    "SCOPE": (400, "InvalidSignature", "Token is not scoped for {}"),
    "VALUE": (400, "InvalidParameter", "{}"),
    "EMPTY": (400, "InvalidRequest", "{}"),
    "KEY": (400, "InvalidKey", "Invalid key: {}"),
}
"""Status, error and message of each refusal, as the body says them."""


@dataclass(frozen=True)
class Person:
    """Somebody with a client of their own."""

    id: str
    storage: AsyncStorageClient
    headers: dict[str, str]
    """What the client sends, for requests without it."""

    def path(self, name: str) -> str:
        """Return what an object in their folder is called."""
        return f"{self.id}/{name}"


@dataclass(frozen=True)
class Server:
    """A Storage, and what it takes to be anybody there."""

    url: str
    publishable: str
    secret: str
    database_url: str
    mint: Callable[..., str]
    http: AsyncClient
    """Speaks to Storage without the client's help."""

    async def user(self, **claims: Any) -> Person:
        """Sign somebody in whom nobody has seen before."""
        user = uuid4()
        return await self.caller(self.publishable, self.mint(user, **claims), str(user))

    async def caller(self, key: str, token: str | None = None, user: str = "") -> Person:
        """Return who calls with *key* and *token*."""
        options = AsyncClientOptions(httpx_client=self.http)
        options.headers["Authorization"] = f"Bearer {token or key}"
        client = await acreate_client(self.url, key, options)
        headers = {"apikey": key, "Authorization": f"Bearer {token or key}"}
        return Person(user, client.storage, headers)

    async def run(self, statement: str) -> None:
        """Run SQL as `postgres`; its connection ends, for nobody copies a database in use."""
        connection = await asyncpg.connect(self.database_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def another_server(http: AsyncClient) -> Server:
    """Return the server that the environment names."""

    def named(name: str) -> str:
        return os.environ[f"STORAGE_CONFORMANCE_{name}"]

    def mint(user: UUID, **claims: Any) -> str:
        usual = {"sub": str(user), "role": "authenticated", "exp": int(time.time()) + 600}
        return jwt.encode({**usual, **claims}, named("JWT_SECRET"), "HS256")

    keys = named("PUBLISHABLE_KEY"), named("SECRET_KEY")
    return Server(named("URL"), *keys, named("DATABASE_URL"), mint, http)


@contextmanager
def refused(name: str, said: str = "") -> Generator[None]:
    """Expect the client to be refused, with what is *said* in the message."""
    with pytest.raises(StorageApiError) as caught:
        yield
    status, error, message = REFUSALS[name]
    told = (str(caught.value.status), caught.value.code, caught.value.message)
    assert told == (str(status), error, message.format(said))


def assert_refused(answer: Response, name: str, said: str = "") -> None:
    """Expect the same of an answer that no client has read."""
    status, error, message = REFUSALS[name]
    told = {"statusCode": str(status), "error": error, "message": message.format(said)}
    assert answer.status_code == 400
    assert {key: value for key, value in answer.json().items() if key != "code"} == told


async def post(  # noqa: PLR0913, PLR0917  # an upload is made of so much
    storage: Server,
    caller: Person,
    bucket: str,
    name: str,
    content: Any,
    headers: dict[str, str] | None = None,
) -> Response:
    """Upload into the caller's folder, with the bytes as the whole body."""
    path = quote(caller.path(name), safe="")
    sent = {"content-type": "text/plain", **caller.headers, **(headers or {})}
    return await storage.http.post(f"/object/{bucket}/{path}", headers=sent, content=content)
