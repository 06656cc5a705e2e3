"""What can be done with the objects of one bucket, in the name of whoever opened it."""

import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from typing import Any, Protocol

import httpx
from pydantic import BaseModel, Field
from storage3 import AsyncStorageClient
from storage3.types import URLOptions

from ..http.errors import NotFound
from .client import ATTEMPTS, StorageClient
from .listing import Entry, Listing, check_cursor

CHUNK = 256 * 1024
"""Bytes of a file in memory."""

AUTHENTICATED = "authenticated"
"""The routes that refuse a token that has expired. Those without it, as the client library has
them, answer it like a bucket that is missing."""

MOST_PARTS = 20
"""How often Storage is asked for one page of a list."""

UPLOAD_TIMEOUT = httpx.Timeout(5, connect=2, read=60)
"""Seconds; once it has everything, Storage takes its time to put a large file away."""


class Readable(Protocol):
    """A file that is read without blocking, as FastAPI's uploads are."""

    async def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none at the end."""
        ...


class ObjectInfo(BaseModel):
    """What Storage knows of an object."""

    size: int
    content_type: str
    etag: str


class SignedUpload(BaseModel):
    """Where a browser may put one object, until Storage's two hours are over."""

    url: str = Field(validation_alias="signed_url")
    token: str


class Bucket:
    """A bucket, with the *headers* that say for whom; light, so one for each request.

    Its transfers count as those of *owner*.
    """

    def __init__(
        self, storage: StorageClient, name: str, headers: Mapping[str, str], owner: object
    ) -> None:
        self.name = name
        self._storage = storage
        self._owner = owner
        self._headers = dict(headers)
        client = AsyncStorageClient(storage.url, self._headers, http_client=storage.http)
        self._objects = client.from_(name)

    async def upload(
        self, key: str, file: Readable, size: int, content_type: str, *, upsert: bool = False
    ) -> None:
        """Store the *size* bytes of *file*.

        Not by the client library, which wants a real file and reads it on the event loop.

        Raises:
            Conflict: there is an object of this key, and *upsert* does not replace it.
        """
        boundary = secrets.token_hex(16)
        head = FORM.format(boundary=boundary, content_type=content_type).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()

        async def form() -> AsyncGenerator[bytes]:
            yield head
            while chunk := await file.read(CHUNK):
                yield chunk
            yield tail

        headers = {
            **self._headers,
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + size + len(tail)),
            "x-upsert": str(upsert).lower(),
        }
        async with self._storage.transfer(self._owner):
            answer = await self._storage.send(
                "POST",
                f"object/{self.name}/{key}",
                content=form(),
                headers=headers,
                timeout=UPLOAD_TIMEOUT,
            )
            await answer.aclose()

    async def download(self, key: str, headers: Mapping[str, str]) -> "Download":
        """Open an object to be read in pieces; *headers* may ask for a range, or for news only.

        Raises:
            NotFound: it is not there, or not visible.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._storage.transfer(self._owner))
            # Unpacked on the way, its length would be another one.
            asked = {**self._headers, **headers, "Accept-Encoding": "identity"}
            path = f"object/{AUTHENTICATED}/{self.name}/{key}"
            answer = await self._storage.send("GET", path, attempts=ATTEMPTS, headers=asked)
            stack.push_async_callback(answer.aclose)
            return Download(answer, stack.pop_all())

    async def info(self, key: str) -> ObjectInfo:
        """Describe an object.

        Raises:
            NotFound: it is not there, or not visible.
        """
        answer = await self._fetch("GET", f"object/info/{AUTHENTICATED}/{self.name}/{key}")
        return ObjectInfo.model_validate_json(answer)

    async def list_folder(
        self, folder: str, *, limit: int, cursor: str | None = None
    ) -> tuple[list[Entry], str | None]:
        """List what is in *folder*, by name, and tell where the next part begins, if there is one.

        What is not visible is not there. Not by the list of the client library: for that one
        `Docs` and `docs` are one folder, and nothing tells which of them an entry is in.

        Raises:
            Invalid: Storage did not make this *cursor*.
        """
        if cursor:
            check_cursor(cursor)
        prefix = f"{folder}/" if folder else ""
        entries: list[Entry] = []
        for _ in range(MOST_PARTS):
            asked = {"prefix": prefix, "limit": limit - len(entries), "with_delimiter": True}
            answer = await self._fetch(
                "POST", f"object/list-v2/{self.name}", json={**asked, "cursor": cursor or ""}
            )
            listing = Listing.model_validate_json(answer)
            entries += listing.inside(prefix)
            cursor = listing.next_cursor
            if cursor is None or len(entries) == limit:
                break
        return entries, cursor

    async def signed_url(self, key: str, seconds: int, *, save_as: str = "") -> str:
        """Make a URL by which anybody may read an object for some *seconds*.

        Raises:
            NotFound: it is not there, or not visible.
        """
        options: URLOptions = {"download": save_as} if save_as else {}
        signed = await self._storage.ask(
            lambda: self._objects.create_signed_url(key, seconds, options), attempts=ATTEMPTS
        )
        return signed["signedURL"] or ""

    async def signed_upload(self, key: str) -> SignedUpload:
        """Make a URL to which a browser may send one object that is not there yet.

        Raises:
            Conflict: it is there.
        """
        signed = await self._storage.ask(
            lambda: self._objects.create_signed_upload_url(key), attempts=ATTEMPTS
        )
        return SignedUpload.model_validate(signed)

    async def remove(self, key: str) -> None:
        """Delete an object.

        Raises:
            NotFound: it is not there, or not the caller's to delete.
        """
        if not await self._storage.ask(lambda: self._objects.remove([key])):
            raise NotFound

    async def _fetch(self, method: str, path: str, **arguments: Any) -> bytes:
        """Return the whole of a small answer to what may be asked twice."""
        answer = await self._storage.send(
            method, path, attempts=ATTEMPTS, headers=self._headers, **arguments
        )
        try:
            return await answer.aread()
        finally:
            await answer.aclose()


class Download:
    """The answer to a download, and all that is held for it until it is closed."""

    def __init__(self, answer: httpx.Response, resources: AsyncExitStack) -> None:
        self.status = answer.status_code
        self.headers = answer.headers
        self._answer = answer
        self._resources = resources

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Read it to the end."""
        async for chunk in self._answer.aiter_raw(CHUNK):
            yield chunk

    async def aclose(self) -> None:
        """Give the connection and the slot back."""
        await self._resources.aclose()


FORM = (
    "--{boundary}\r\n"
    'Content-Disposition: form-data; name="cacheControl"\r\n\r\n3600\r\n'
    "--{boundary}\r\n"
    'Content-Disposition: form-data; name="file"; filename="file"\r\n'
    "Content-Type: {content_type}\r\n\r\n"
)
