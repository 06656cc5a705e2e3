"""The rows of `storage.objects`, as the role of the transaction may touch them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg

from .caller import Caller
from .database import Connection
from .errors import no_bucket, no_object

Record: TypeAlias = "asyncpg.Record"


@dataclass(frozen=True)
class Draft:
    """An object as it shall be."""

    bucket: str
    name: str
    caller: Caller
    version: str = ""
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    user_metadata: dict[str, Any] | None = None


async def insert(connection: Connection, draft: Draft, *, upsert: bool) -> tuple[UUID, str | None]:
    """Write *draft* down; return its id, and the version that it replaces.

    Nothing is returned by the statement itself: that would ask for a policy to read, too.
    """
    # Who writes the same name waits here, and then sees what the other wrote.
    await connection.execute(LOCK, f"{draft.bucket}/{draft.name}")
    known = await _find(connection, draft.bucket, draft.name) if upsert else None
    new = known["id"] if known else uuid4()
    await connection.execute(
        INSERT + (ON_CONFLICT_UPDATE if upsert else ""),
        new,
        draft.bucket,
        draft.name,
        draft.caller.owner,
        draft.caller.owner_id,
        draft.version,
        json.dumps(draft.metadata),
        json.dumps(draft.user_metadata or {}),
    )
    return new, known["version"] if known else None


async def find(connection: Connection, bucket: str, name: str) -> Record:
    """Return the object of that name.

    Raises:
        StorageError: there is none to be seen.
    """
    row = await _find(connection, bucket, name)
    if row is None:
        raise no_object()
    return row


async def visible(connection: Connection, bucket: str, names: list[str]) -> set[str]:
    """Return those of *names* that can be seen."""
    rows = await connection.fetch(
        "select name from storage.objects where bucket_id = $1 and name = any($2)", bucket, names
    )
    return {row["name"] for row in rows}


async def move(
    connection: Connection, source: tuple[str, str], destination: tuple[str, str], caller: Caller
) -> None:
    """Give the object at *source* another bucket and name.

    Raises:
        StorageError: there is none to be seen and changed.
    """
    if not await connection.fetch(MOVE, *source, *destination, caller.owner, caller.owner_id):
        raise no_object()


async def is_empty(connection: Connection, bucket: str) -> bool:
    """Tell whether no object can be seen in a bucket."""
    query = "select 1 from storage.objects where bucket_id = $1 limit 1"
    return await connection.fetchval(query, bucket) is None


async def delete(connection: Connection, bucket: str, names: list[str] | None) -> list[Record]:
    """Delete the objects called *names*, or all, and return those that it could."""
    await connection.execute("select set_config('storage.allow_delete_query', 'true', true)")
    return await connection.fetch(DELETE, bucket, names)


async def bucket_of(connection: Connection, bucket: str) -> Record:
    """Return a bucket.

    Raises:
        StorageError: there is none to be seen.
    """
    row = await connection.fetchrow(f"{BUCKETS} where id = $1", bucket)
    if row is None:
        raise no_bucket()
    return row


def described(row: Record) -> dict[str, Any]:
    """Return a row as JSON says it."""
    return {name: _plain(name, value) for name, value in row.items() if name != "path_tokens"}


def timestamp(moment: datetime) -> str:
    """Say when it was, as JavaScript does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(name: str, value: Any) -> Any:
    match value:
        case datetime():
            return timestamp(value)
        case UUID():
            return str(value)
        case str() if name in ("metadata", "user_metadata"):
            return json.loads(value)
        case _:
            return value


async def _find(connection: Connection, bucket: str, name: str) -> Record | None:
    return await connection.fetchrow(
        "select * from storage.objects where bucket_id = $1 and name = $2", bucket, name
    )


# The type as text: about another enum than it knows, asyncpg asks the database at length.
BUCKETS = """
    select id, name, owner, created_at, updated_at, public, file_size_limit, allowed_mime_types,
        type::text
    from storage.buckets
"""

LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"

INSERT = """
    insert into storage.objects
        (id, bucket_id, name, owner, owner_id, version, metadata, user_metadata)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

ON_CONFLICT_UPDATE = """
    on conflict (bucket_id, name) do update set
        owner = excluded.owner, owner_id = excluded.owner_id, version = excluded.version,
        metadata = excluded.metadata, user_metadata = excluded.user_metadata
"""

MOVE = """
    update storage.objects set bucket_id = $3, name = $4, owner = $5, owner_id = $6
    where bucket_id = $1 and name = $2 returning id
"""

DELETE = """
    delete from storage.objects
    where bucket_id = $1 and ($2::text[] is null or name = any($2)) returning *
"""
