"""Whether the bucket of the settings is there, and for whom."""

from typing import cast

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ....supabase.database.actor import SERVICE
from ....supabase.storage.settings import StorageSettings
from ..known import Known
from ..line import Line, fail, ok, skip, warn

BUCKET = text("select public, file_size_limit from storage.buckets where id = :name")

PRIVATE = "update storage.buckets set public = false where id ="


async def check_bucket(known: Known) -> Line:
    """Ask the database, which tells also what the Storage API tells nobody."""
    settings = cast("StorageSettings", known.auth)
    try:
        found = await _read(known.session, settings.storage_bucket)
    except SQLAlchemyError:
        return skip(f"{known.user} may not read which buckets there are")
    return judged(settings, found, known.migrate)


async def _read(connection: AsyncConnection, name: str) -> tuple[bool, int | None] | None:
    try:
        await connection.exec_driver_sql("reset all")
        await connection.exec_driver_sql(f"set local role {SERVICE.role}")
        row = (await connection.execute(BUCKET, {"name": name})).one_or_none()
    finally:
        await connection.rollback()
    return (bool(row[0]), row[1]) if row else None


def judged(
    settings: StorageSettings, found: tuple[bool, int | None] | None, migrate: str = "migrate"
) -> Line:
    """Say what the bucket's row means; None is a bucket that is missing."""
    name, largest = settings.storage_bucket, settings.storage_max_file_bytes
    if found is None:
        return fail(
            f"there is no bucket {name}",
            f"run `{migrate}`, which makes the one of its migration, or set STORAGE_BUCKET to one"
            " that is there",
        )
    is_public, limit = found
    quoted = name.replace("'", "''")
    if is_public:
        return fail(
            f"the bucket {name} is public: everybody may read every file in it",
            f"{PRIVATE} '{quoted}';  (SQL editor)",
        )
    if limit is not None and limit < largest:
        return warn(
            f"the bucket {name} takes files up to {limit} bytes, STORAGE_MAX_FILE_BYTES says"
            f" {largest}",
            f"STORAGE_MAX_FILE_BYTES={limit}",
        )
    return ok(f"{name} is there, and is not public")
