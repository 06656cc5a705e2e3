"""Lists: one folder for whoever may see what is in it, in Storage's older way and its newer one.

The older one takes names that differ in their case for one another, and counts what it skips. The
newer one compares bytes, answers with whole names, and goes on after the last of them.
"""

from __future__ import annotations

import base64
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import objects
from .caller import Caller
from .errors import invalid_parameter, invalid_request
from .objects import Record
from .sent import integer, json_of, required_text, text
from .service import Storage

LARGEST_PART = 1000
"""Entries of one part of a list; of the older way it is half as many again."""

COLUMNS = ("name", "updated_at", "created_at", "last_accessed_at")
ORDERS = ("asc", "desc")


async def list_objects(storage: Storage, request: Request, caller: Caller) -> Response:
    """Answer with one folder."""
    body = await json_of(request)
    prefix = required_text(body, "prefix")
    column, order = _sorting(body, COLUMNS)
    async with storage.database.acting_as(caller) as connection:
        rows = await connection.fetch(
            _older(column, order),
            request.path_params["bucket"],
            f"{prefix.removesuffix('/')}/" if prefix else "",
            text(body, "search"),
            column == "name",  # of `Docs` and `docs` one stands for both
            min(integer(body, "limit", 100, least=1), LARGEST_PART * 3 // 2),
            integer(body, "offset", 0, least=0),
        )
    return JSONResponse([objects.described(row) for row in rows])


async def list_objects_v2(storage: Storage, request: Request, caller: Caller) -> Response:
    """Answer with a part of what begins with a prefix, folded into folders if that is asked for."""
    body = await json_of(request)
    prefix = text(body, "prefix")
    limit = min(integer(body, "limit", LARGEST_PART, least=1), LARGEST_PART)
    column, order = _sorting(body, COLUMNS[:3])
    if column != "name":
        raise invalid_request("sorting by a date is not part of the local stand-in")
    after, order = _read_cursor(text(body, "cursor"), order)
    async with storage.database.acting_as(caller) as connection:
        rows = await connection.fetch(
            _newer(order),
            request.path_params["bucket"],
            prefix,
            bool(body.get("with_delimiter")),
            after,
            limit + 1,
        )
    return JSONResponse(_part(rows, limit, prefix, order))


def _part(rows: list[Record], limit: int, prefix: str, order: str) -> dict[str, Any]:
    level = prefix.count("/")
    entries = [
        {"key": row["name"].split("/")[level], **objects.described(row)} for row in rows[:limit]
    ]
    part: dict[str, Any] = {
        "hasNext": len(rows) > limit,
        "folders": [entry for entry in entries if entry["id"] is None],
        "objects": [entry for entry in entries if entry["id"] is not None],
    }
    if part["hasNext"]:
        last = entries[-1]["name"]
        lines = f"l:{last}" + ("\no:desc" if order == "desc" else "")
        part["nextCursor"] = base64.b64encode(lines.encode()).decode()
        part["nextCursorKey"] = last
    return part


def _read_cursor(cursor: str, order: str) -> tuple[str, str]:
    """Return after which name to go on, and in which order: the cursor's own wins."""
    if not cursor:
        return "", order
    try:
        lines = base64.b64decode(cursor).decode().split("\n")
        said = dict(line.split(":", 1) for line in lines)
    except ValueError:
        said = {"": ""}
    if not said.keys() <= {"l", "o", "c"} or said.get("o", "asc") not in ORDERS:
        raise invalid_parameter("Invalid Parameter continuation token")
    return said.get("l", ""), said.get("o", "asc")


def _sorting(body: dict[str, Any], columns: tuple[str, ...]) -> tuple[str, str]:
    by: Any = body.get("sortBy", {"column": "name"})
    if not isinstance(by, dict):
        raise invalid_request("body/sortBy must be object")
    said = cast("dict[str, Any]", by)
    column, order = required_text(said, "column", "body/sortBy"), said.get("order", "asc")
    for name, value, known in (("column", column, columns), ("order", order, ORDERS)):
        if value not in known:
            raise invalid_request(f"body/sortBy/{name} must be equal to one of the allowed values")
    return column, order


def _older(column: str, order: str) -> str:
    # Names sort objects and folders together; what only objects have, sorts those.
    by = f"place {order}" if column == "name" else f"id is not null, {column} {order}, place"
    return f"{OLDER} order by {by} limit $5 offset $6"


def _newer(order: str) -> str:
    beyond = ">" if order == "asc" else "<"
    return f"{NEWER} where $4 = '' or name {beyond} $4 order by name {order} limit $5"


OLDER = """
    with inside as (
        select *, position('/' in substr(name, length($2 || $3) + 1)) as slash
        from storage.objects
        where bucket_id = $1 and starts_with(lower(name), lower($2 || $3))
    ), named as (
        select *, left(name, length($2 || $3) + slash) as folder from inside
    ), entries as (
        select lower(name) collate "C" as place, substr(name, length($2) + 1) as name,
            id, updated_at, created_at, last_accessed_at, metadata
        from named where slash = 0
        union all
        select case when $4 then lower(folder) else folder end collate "C" as place,
            substr(rtrim(min(folder), '/'), length($2) + 1),
            null::uuid, null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb
        from named where slash > 0 group by place
    )
    select name, id, updated_at, created_at, last_accessed_at, metadata from entries
"""

NEWER = """
    with inside as (
        select *,
            case when $3 then position('/' in substr(name, length($2) + 1)) else 0 end as slash
        from storage.objects where bucket_id = $1 and starts_with(name, $2)
    ), entries as (
        select name collate "C" as name,
            id, updated_at, created_at, last_accessed_at, metadata
        from inside where slash = 0
        union all
        select distinct left(name, length($2) + slash) collate "C",
            null::uuid, null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb
        from inside where slash > 0
    )
    select * from entries
"""
