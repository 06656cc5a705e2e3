"""Buckets: made and changed by the service role, unless a policy says otherwise."""

from __future__ import annotations

from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import objects
from .caller import SERVICE, Caller
from .errors import (
    bucket_exists,
    bucket_not_empty,
    invalid_request,
    no_bucket,
    too_large,
)
from .names import check_bucket_name
from .objects import Record
from .sent import json_of
from .service import Storage, largest_object

UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "b": 1}


async def create(storage: Storage, request: Request, caller: Caller) -> Response:
    """Make a bucket."""
    body = await json_of(request)
    name = str(body.get("name") or "")
    check_bucket_name(name)
    async with storage.database.acting_as(caller) as connection:
        try:
            await connection.execute(
                CREATE,
                body.get("id") or name,
                name,
                caller.owner,
                caller.owner_id,
                body.get("public", False),
                _size(body.get("file_size_limit")),
                body.get("allowed_mime_types"),
            )
        except asyncpg.UniqueViolationError as error:
            raise bucket_exists() from error
    return JSONResponse({"name": name})


async def read(storage: Storage, request: Request, caller: Caller) -> Response:
    """Describe a bucket."""
    async with storage.database.acting_as(caller) as connection:
        row = await objects.bucket_of(connection, request.path_params["bucket"])
    return JSONResponse(_described(row))


async def read_all(storage: Storage, _request: Request, caller: Caller) -> Response:
    """Describe every bucket that the caller may see."""
    async with storage.database.acting_as(caller) as connection:
        rows = await connection.fetch(f"{objects.BUCKETS} order by id")
    return JSONResponse([_described(row) for row in rows])


async def update(storage: Storage, request: Request, caller: Caller) -> Response:
    """Change what a bucket takes, and whether everybody may read it; keep what is not named."""
    body = await json_of(request)
    async with storage.database.acting_as(caller) as connection:
        row = await objects.bucket_of(connection, request.path_params["bucket"])
        settings = {name: row[name] for name in SETTINGS} | {
            name: body[name] for name in SETTINGS if name in body
        }
        settings["file_size_limit"] = _size(settings["file_size_limit"])
        if not await connection.fetch(UPDATE, row["id"], *settings.values()):
            raise no_bucket()
    return JSONResponse({"message": "Successfully updated"})


async def empty(storage: Storage, request: Request, caller: Caller) -> Response:
    """Remove every object of a bucket."""
    async with storage.database.acting_as(caller) as connection:
        row = await objects.bucket_of(connection, request.path_params["bucket"])
    await storage.remove(caller, row["id"], None)
    return JSONResponse({"message": "Successfully emptied"})


async def delete(storage: Storage, request: Request, caller: Caller) -> Response:
    """Remove a bucket that has no objects any more."""
    name = request.path_params["bucket"]
    # Storage looks into the bucket first, and then at who asks.
    async with storage.database.acting_as(SERVICE) as connection:
        await objects.bucket_of(connection, name)
        if not await objects.is_empty(connection, name):
            raise bucket_not_empty()
    async with storage.database.acting_as(caller) as connection:
        await connection.execute("select set_config('storage.allow_delete_query', 'true', true)")
        try:
            removed = await connection.fetch(DELETE, name)
        except asyncpg.ForeignKeyViolationError as error:
            raise bucket_not_empty() from error
        if not removed:
            raise no_bucket()
    return JSONResponse({"message": "Successfully deleted"})


def _described(row: Record) -> dict[str, Any]:
    known = objects.described(row)
    return {**{name: known[name] for name in SHOWN}, "owner": known["owner"] or ""}


def _size(limit: object) -> int | None:
    """Read a number of bytes, or one with a unit; no bucket takes more than the project does."""
    size = _bytes(limit)
    if size is not None and size > largest_object():
        raise too_large()
    return size


def _bytes(limit: object) -> int | None:
    match limit:
        case None:
            return None
        case int():
            return limit
        case str():
            number = limit.rstrip("KMGBkmgb ")
            unit = limit.removeprefix(number).strip().lower() or "b"
            if number.isdecimal() and unit in UNITS:
                return int(number) * UNITS[unit]
        case _:
            pass
    raise invalid_request("body/file_size_limit is not a size")


SETTINGS = ("public", "file_size_limit", "allowed_mime_types")

SHOWN = ("id", "name", "created_at", "updated_at", *SETTINGS, "type")

CREATE = """
    insert into storage.buckets
        (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
    values ($1, $2, $3, $4, $5, $6, $7)
"""

UPDATE = """
    update storage.buckets
    set public = $2, file_size_limit = $3, allowed_mime_types = $4, updated_at = now()
    where id = $1 returning id
"""

DELETE = "delete from storage.buckets where id = $1 returning id"
