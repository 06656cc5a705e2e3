"""Downloads, and what can be said of an object without its bytes."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from . import objects
from .caller import SERVICE, Caller
from .errors import no_bucket
from .objects import Record, timestamp
from .sent import integer, json_of
from .service import Storage
from .uploading import addressed


async def download(storage: Storage, request: Request, caller: Caller) -> Response:
    """Answer with the bytes, or with their headers if that is all that is asked for."""
    return _answer(storage, request, await _find_for(storage, request, caller))


async def download_public(storage: Storage, request: Request) -> Response:
    """Do so for everybody, if the bucket is public."""
    return _answer(storage, request, await _find_public(storage, request))


async def download_signed(storage: Storage, request: Request) -> Response:
    """Do so for whoever has a token for it."""
    bucket, name = addressed(request)
    token = request.query_params.get("token")
    storage.signer.verified(token, f"{bucket}/{name}", "download")
    async with storage.database.acting_as(SERVICE) as connection:
        row = await objects.find(connection, bucket, name)
    return _answer(storage, request, row)


async def info(storage: Storage, request: Request, caller: Caller) -> Response:
    """Say what is known of an object."""
    return JSONResponse(_described(await _find_for(storage, request, caller)))


async def info_public(storage: Storage, request: Request) -> Response:
    """Say so to everybody, if the bucket is public."""
    return JSONResponse(_described(await _find_public(storage, request)))


async def sign(storage: Storage, request: Request, caller: Caller) -> Response:
    """Let whoever has the answer download what the caller could."""
    bucket, name = addressed(request)
    lifetime = integer(await json_of(request), "expiresIn", least=1)
    async with storage.database.acting_as(caller) as connection:
        await objects.find(connection, bucket, name)
    return JSONResponse({"signedURL": _signed(storage, bucket, name, lifetime)})


async def sign_many(storage: Storage, request: Request, caller: Caller) -> Response:
    """Do so for many objects; one that the caller may not see spoils no other."""
    bucket, body = request.path_params["bucket"], await json_of(request)
    lifetime, names = integer(body, "expiresIn", least=1), body.get("paths", [])
    async with storage.database.acting_as(caller) as connection:
        visible = await objects.visible(connection, bucket, names)
    unknown = "Either the object does not exist or you do not have access to it"
    return JSONResponse(
        [
            {
                "error": None if name in visible else unknown,
                "path": name,
                "signedURL": _signed(storage, bucket, name, lifetime) if name in visible else None,
            }
            for name in names
        ]
    )


async def _find_for(storage: Storage, request: Request, caller: Caller) -> Record:
    bucket, name = addressed(request)
    is_public = (await storage.bucket(bucket))["public"]
    async with storage.database.acting_as(SERVICE if is_public else caller) as connection:
        return await objects.find(connection, bucket, name)


async def _find_public(storage: Storage, request: Request) -> Record:
    bucket, name = addressed(request)
    async with storage.database.acting_as(SERVICE) as connection:
        if not (await objects.bucket_of(connection, bucket))["public"]:
            raise no_bucket()
        return await objects.find(connection, bucket, name)


def _answer(storage: Storage, request: Request, row: Record) -> Response:
    known = json.loads(row["metadata"])
    headers = {
        "etag": known["eTag"],
        "cache-control": known["cacheControl"],
        "last-modified": format_datetime(
            datetime.fromisoformat(known["lastModified"]), usegmt=True
        ),
    }
    if request.headers.get("if-none-match") in (known["eTag"], "*"):
        return Response(status_code=304, headers=headers)
    download = request.query_params.get("download")
    if download is not None:
        headers["content-disposition"] = _attachment(download)
    return FileResponse(
        storage.blobs.path(row["version"]),
        headers=headers,
        # A page of a stranger would run in the name of the project's own domain.
        media_type="text/plain" if "text/html" in known["mimetype"] else known["mimetype"],
    )


def _attachment(name: str) -> str:
    if not name:
        return "attachment"
    return f"attachment; filename={quote(name)}; filename*=UTF-8''{quote(name)}"


def _described(row: Record) -> dict[str, Any]:
    known = json.loads(row["metadata"])
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "version": row["version"],
        "bucket_id": row["bucket_id"],
        "size": known["size"],
        "content_type": known["mimetype"],
        "cache_control": known["cacheControl"],
        "etag": known["eTag"],
        "metadata": json.loads(row["user_metadata"] or "null"),
        "last_modified": known["lastModified"],
        "created_at": timestamp(row["created_at"]),
    }


def _signed(storage: Storage, bucket: str, name: str, lifetime: int) -> str:
    token = storage.signer.to_download(f"{bucket}/{name}", lifetime)
    return f"/object/sign/{quote(bucket)}/{quote(name)}?token={token}"
