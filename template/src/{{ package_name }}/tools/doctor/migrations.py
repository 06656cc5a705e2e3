"""Whether the database is at the newest migration of this checkout."""

from collections.abc import Sequence
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ...supabase.database.login.refusals import refusal_of, words_of
from ..migrations.explain import explain
from ..schema.scope import BOOKKEEPING
from .apart import apart
from .known import Known
from .line import Line, fail, ok, skip, warn
from .login import log_in
from .words import parted

IS_THERE = text("select to_regclass(:name)")
VERSIONS = text(f"select version_num from {BOOKKEEPING}.alembic_version")  # noqa: S608  # our name


async def check_migrations(known: Known) -> Line:
    """Compare the revisions in `migrations/` with what the database notes of them."""
    if known.root is None:
        return skip("there is no migrations/ here: run this in the project's checkout")
    try:
        script = await apart(_read, known.root)
    except Exception as error:  # noqa: BLE001  # revisions are the project's: anything may be in them
        return fail(f"migrations/ cannot be read: {explain(error)}", "mend or remove that revision")
    connection = await _connect(known)
    if isinstance(connection, Line):
        return connection
    try:
        versions = await _versions(connection)
    except SQLAlchemyError as error:
        return warn(
            f"what was migrated cannot be read: {words_of(error).splitlines()[0]}",
            "set MIGRATIONS_DATABASE_URL to the login that migrates",
        )
    return judged(script, versions, known.migrate)


def _read(root: Path) -> ScriptDirectory:
    script = ScriptDirectory.from_config(Config(toml_file=root / "pyproject.toml"))
    script.get_heads()  # reads every file
    return script


async def _connect(known: Known) -> AsyncConnection | Line:
    address = known.database.migrations_address()
    if address is None:
        return warn(
            "where migrations log in is not known",
            "set MIGRATIONS_DATABASE_URL, in session or direct mode; Dashboard: Connect",
        )
    if known.connection is not None and address.url == known.address.url:
        known.owner = known.connection
        return known.connection
    connection = await log_in(known, address)
    if isinstance(connection, AsyncConnection):
        known.owner = connection
        return connection
    refusal = refusal_of(connection, address.url.host or "", address.url.port or 0)
    says, remedy = parted(refusal.remedy)
    where = "MIGRATIONS_DATABASE_URL" if known.database.migrations_database_url else "port 5432"
    return fail(f"migrations cannot log in ({where}): {says}", remedy)


async def _versions(connection: AsyncConnection) -> list[str]:
    try:
        name = f"{BOOKKEEPING}.alembic_version"
        if (await connection.execute(IS_THERE, {"name": name})).scalar() is None:
            return []
        return [*(await connection.execute(VERSIONS)).scalars()]
    finally:
        await connection.rollback()


def judged(script: ScriptDirectory, versions: Sequence[str], migrate: str = "migrate") -> Line:
    """Say how far the database, which notes *versions*, is from the revisions in *script*.

    The command *migrate* brings it there.
    """
    heads = script.get_heads()
    if len(heads) > 1:
        return fail(
            f"{len(heads)} revisions are the newest: {', '.join(sorted(heads))}",
            "in the newer one of them, set down_revision to the other",
        )
    known = {revision.revision: revision.doc for revision in script.walk_revisions()}
    if unknown := sorted(set(versions) - known.keys()):
        return fail(
            f"the database is at {unknown[0]}, which is not in migrations/versions: it was migrated"
            " from another branch, or by newer code",
            "check out the code that has it, or bring its file back; drop a local database with"
            " `dev --fresh`",
        )
    applied = {each.revision for each in script.iterate_revisions((*versions,), "base")}
    missing = [revision for revision in known if revision not in applied]
    if missing:
        count = f"{len(missing)} of {len(known)} migrations are" if len(missing) > 1 else "1 is"
        first = missing[-1]
        return fail(f"{count} not applied, first {first} ({known[first]})", f"run `{migrate}`")
    return ok(f"at {heads[0]}, the newest" if heads else "there are none yet")
