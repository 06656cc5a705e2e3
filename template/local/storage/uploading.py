"""Uploads: allowed by the database first, then received, then written down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .blobs import Blob
from .caller import SERVICE, Caller
from .errors import wrong_type
from .names import check_key
from .objects import Draft, timestamp
from .receiving import Upload, receive
from .service import Storage, largest_object


async def upload(storage: Storage, request: Request, caller: Caller) -> Response:
    """Keep a new object; over an existing one only if the client says so."""
    return JSONResponse(await _take_in(storage, request, caller, upsert=_says_upsert(request)))


async def update(storage: Storage, request: Request, caller: Caller) -> Response:
    """Keep an object, whether there is one of that name or not."""
    return JSONResponse(await _take_in(storage, request, caller, upsert=True))


async def sign_upload(storage: Storage, request: Request, caller: Caller) -> Response:
    """Let whoever has the answer upload what the caller could."""
    bucket, name = addressed(request)
    upsert = _says_upsert(request)
    await storage.bucket(bucket)
    await storage.check(Draft(bucket, name, caller), upsert=upsert)
    token = storage.signer.to_upload(f"{bucket}/{name}", caller.owner_id, upsert=upsert)
    url = f"/object/upload/sign/{quote(bucket)}/{quote(name)}?token={token}"
    return JSONResponse({"url": url, "token": token})


async def upload_signed(storage: Storage, request: Request) -> Response:
    """Keep what somebody uploads with a token, in the name of whom it was given to."""
    bucket, name = addressed(request)
    token = request.query_params.get("token")
    claims = storage.signer.verified(token, f"{bucket}/{name}", "upload")
    # The policies were asked when the token was made.
    owner = Caller(SERVICE.role, {**SERVICE.claims, "sub": claims["owner"]})
    kept = await _take_in(storage, request, owner, upsert=claims["upsert"])
    return JSONResponse({"Key": kept["Key"]})


def addressed(request: Request) -> tuple[str, str]:
    """Return bucket and name of the object that a request is about.

    Raises:
        StorageError: no object is called that.
    """
    bucket, name = request.path_params["bucket"], request.path_params["name"]
    check_key(name)
    return bucket, name


async def _take_in(
    storage: Storage, request: Request, caller: Caller, *, upsert: bool
) -> dict[str, str]:
    bucket, name = addressed(request)
    limits = await storage.bucket(bucket)
    incoming = await receive(request)
    if not _is_allowed(incoming.content_type, limits["allowed_mime_types"]):
        raise wrong_type(incoming.content_type)
    draft = Draft(
        bucket, name, caller, "", {"mimetype": incoming.content_type}, incoming.user_metadata
    )
    # Before the bytes are taken in; and then again with them.
    await storage.check(draft, upsert=upsert)
    limit = min(limits["file_size_limit"] or math.inf, largest_object())
    blob = await storage.blobs.write(incoming.chunks, limit=limit)
    whole = replace(draft, version=blob.version, metadata=_described(incoming, blob))
    new = await storage.keep(whole, upsert=upsert)
    return {"Key": f"{bucket}/{name}", "Id": str(new)}


def _says_upsert(request: Request) -> bool:
    return request.headers.get("x-upsert") == "true"


def _described(incoming: Upload, blob: Blob) -> dict[str, Any]:
    return {
        "eTag": f'"{blob.digest}"',
        "size": blob.size,
        "mimetype": incoming.content_type,
        "cacheControl": incoming.cache_control,
        "lastModified": timestamp(datetime.now(UTC)),
        "contentLength": blob.size,
        "httpStatusCode": 200,
    }


def _is_allowed(content_type: str, allowed: Sequence[str] | None) -> bool:
    said = content_type.partition(";")[0].strip().lower()
    accepted = {said, f"{said.partition('/')[0]}/*", "*/*"}
    return not allowed or any(pattern.lower() in accepted for pattern in allowed)
