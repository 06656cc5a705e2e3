"""Moves, copies and removals."""

from __future__ import annotations

import json
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import objects
from .caller import SERVICE, Caller
from .errors import invalid_request, not_yours
from .names import check_key
from .objects import Draft
from .sent import json_of
from .service import Storage
from .uploading import addressed


async def move(storage: Storage, request: Request, caller: Caller) -> Response:
    """Give an object another name. Its bytes stay where they are: they go by their version."""
    source, destination = await _from_and_to(request)
    async with storage.database.acting_as(caller) as connection:
        await objects.move(connection, source, destination, caller)
    return JSONResponse({"message": "Successfully moved"})


async def copy(storage: Storage, request: Request, caller: Caller) -> Response:
    """Keep an object once more under another name."""
    source, destination = await _from_and_to(request)
    upsert = request.headers.get("x-upsert") == "true"
    async with storage.database.acting_as(caller) as connection:
        row = await objects.find(connection, *source)
    known = json.loads(row["metadata"]), json.loads(row["user_metadata"] or "null")
    draft = Draft(*destination, caller, "", *known)
    await storage.check(draft, upsert=upsert)
    draft = replace(draft, version=await storage.blobs.copy(row["version"]))
    new = await storage.keep(draft, upsert=upsert)
    async with storage.database.acting_as(SERVICE) as connection:
        copied = await objects.find(connection, *destination)
    described = objects.described(copied)
    return JSONResponse({"Id": str(new), "Key": "/".join(destination), **described})


async def remove(storage: Storage, request: Request, caller: Caller) -> Response:
    """Remove many objects; those that the caller may not remove are left out."""
    names = (await json_of(request)).get("prefixes")
    if not isinstance(names, list):
        raise invalid_request("body must have required property 'prefixes'")
    if not names:
        raise invalid_request("body/prefixes must NOT have fewer than 1 items")
    bucket = request.path_params["bucket"]
    removed = await storage.remove(caller, bucket, [str(name) for name in names])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return JSONResponse([objects.described(row) for row in removed])


async def remove_one(storage: Storage, request: Request, caller: Caller) -> Response:
    """Remove one object."""
    bucket, name = addressed(request)
    async with storage.database.acting_as(SERVICE) as connection:
        await objects.find(connection, bucket, name)
    if not await storage.remove(caller, bucket, [name]):
        raise not_yours()
    return JSONResponse({"message": "Successfully deleted"})


async def _from_and_to(request: Request) -> tuple[tuple[str, str], tuple[str, str]]:
    body = await json_of(request)
    for name in ("bucketId", "sourceKey", "destinationKey"):
        if not isinstance(body.get(name), str):
            raise invalid_request(f"body must have required property '{name}'")
    check_key(body["destinationKey"])
    bucket = body["bucketId"]
    destination = body.get("destinationBucket") or bucket
    return (bucket, body["sourceKey"]), (destination, body["destinationKey"])
