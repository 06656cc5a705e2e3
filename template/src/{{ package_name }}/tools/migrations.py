"""Alembic over the migrations URL: one deployment at a time, and no schema of Supabase's."""

import asyncio
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script
from sqlalchemy import Connection, NullPool, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from ..supabase.address import Address
from ..supabase.database import connect_args
from ..supabase.model import Base
from ..supabase.settings import DatabaseSettings
from .column_types import changes, column_types, refuse
from .failure import Failure

VERSION_SCHEMA = "alembic"
"""Outside `public`, which Supabase's Data API serves."""
CREATE_SCHEMA = f"create schema if not exists {VERSION_SCHEMA}"

MANAGED = re.compile(
    r"_?(auth|storage|realtime|vault|extensions|graphql\w*|pgbouncer|pgmq\w*|pgsodium\w*|cron|net"
    r"|supabase(_\w+)?|analytics)"
)
"""Schemas that Supabase manages: what is in them is never compared, so never dropped."""

TURN_WITHIN = 60.0
"""Seconds that a deployment waits for another one that migrates."""

LOCK_WITHIN = "5s"
"""How long a migration waits for a table: new queries on that table wait behind it."""


def upgrade(root: Path, settings: DatabaseSettings, *, stopped: bool = False) -> None:
    """Run every migration of the project at *root* that the database has not seen yet.

    *stopped* says that no process of the service runs, so that column types may change in place.

    Raises:
        Failure: a migration did not go through; it is rolled back, those before it stay.
    """
    attributes = {"settings": settings, "stopped": stopped}
    config = Config(toml_file=root / "pyproject.toml", attributes=attributes)
    try:
        command.upgrade(config, "head")
    except Failure:
        raise
    except Exception as error:
        raise Failure(f"migrate: {_explain(error)}") from error


def run_migrations(settings: DatabaseSettings) -> None:
    """Do what `migrations/env.py` is there for.

    Raises:
        Failure: the settings do not tell where migrations may log in.
    """
    for module in sorted(Path(__file__).parent.parent.glob("*/model.py")):
        import_module(f"...{module.parent.name}.model", __name__)
    if context.is_offline_mode():
        _configure(dialect_name="postgresql", literal_binds=True)
        context.execute(CREATE_SCHEMA)
        _run()
        return
    address = settings.migrations_address()
    if address is None:
        raise Failure(
            "MIGRATIONS_DATABASE_URL is not set: the service's own login or pooler cannot migrate."
            " Dashboard: Connect, session pooler or direct connection"
        )
    asyncio.run(_connect_and_run(address, settings.database_ssl_root_cert))


async def _connect_and_run(address: Address, root_cert: Path | None) -> None:
    engine = create_async_engine(
        address.url, connect_args=connect_args(address, root_cert), poolclass=NullPool
    )
    async with engine.connect() as connection:
        await _take_turn(connection)
        await connection.run_sync(_run_on)


async def _take_turn(connection: AsyncConnection) -> None:
    """Wait until no other deployment migrates; the turn ends with the connection."""
    give_up = time.monotonic() + TURN_WITHIN
    # Not `pg_advisory_lock`: a query that waits for the other deployment would hold a snapshot,
    # for which the other's `create index concurrently` waits in turn.
    while not await connection.scalar(text("select pg_try_advisory_lock(hashtext('alembic'))")):
        await connection.commit()
        if time.monotonic() > give_up:
            raise Failure(f"another deployment has been migrating for {TURN_WITHIN} seconds")
        await asyncio.sleep(0.2)
    await connection.execute(text(f"set lock_timeout = '{LOCK_WITHIN}'"))
    await connection.execute(text(CREATE_SCHEMA))
    await connection.commit()


def _run_on(connection: Connection) -> None:
    after_each: list[Any] = [_report]
    if not context.config.attributes.get("stopped") and _is_in_use(connection):
        after_each.insert(0, _keep_column_types(connection))
    connection.rollback()
    _configure(connection=connection, on_version_apply=after_each)
    _run()


def _is_in_use(connection: Connection) -> bool:
    """A database that no migration has seen yet has no service running on it."""
    return inspect(connection).has_table("alembic_version", schema=VERSION_SCHEMA)


def _keep_column_types(connection: Connection) -> Callable[..., None]:
    known = column_types(connection)

    def check(**_: object) -> None:
        nonlocal known
        now = column_types(connection)
        refuse(changes(known, now))
        known = now

    return check


def _configure(**arguments: Any) -> None:
    context.configure(
        target_metadata=Base.metadata,
        include_schemas=True,
        include_name=_is_compared,
        # Short transactions: the locks of one migration do not wait for the next.
        transaction_per_migration=True,
        version_table_schema=VERSION_SCHEMA,
        **arguments,
    )


def _run() -> None:
    with context.begin_transaction():
        context.run_migrations()


def _is_compared(
    name: str | None,
    type_: Literal[
        "schema",
        "table",
        "column",
        "index",
        "unique_constraint",
        "foreign_key_constraint",
        "check_constraint",
    ],
    parents: MutableMapping[
        Literal["schema_name", "table_name", "schema_qualified_table_name"], str | None
    ],
) -> bool:
    schema = name if type_ == "schema" else parents.get("schema_name")
    return schema is None or not MANAGED.fullmatch(schema)


def _report(
    *, ctx: MigrationContext, step: MigrationInfo, heads: set[Any], run_args: Mapping[str, Any]
) -> None:
    del ctx, heads, run_args
    done = "applied" if step.is_upgrade else "undid"
    name = step.up_revision.doc if isinstance(step.up_revision, Script) else ""
    sys.stderr.write(f"migrate: {done} {step.up_revision_id} {name}\n")


def _sqlstate(error: Exception) -> str | None:
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def _explain(error: Exception) -> str:
    """Tell in one line what went wrong, and in which line of which revision."""
    if _sqlstate(error) == "55P03":
        return f"a table was in use for {LOCK_WITHIN}; this migration changed nothing, try again"
    if isinstance(error, SyntaxError) and error.filename:
        file = Path(error.filename)
        return f"{file.parent.name}/{file.name}, line {error.lineno}: SyntaxError: {error.msg}"
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    sentence = str(cause).partition("\n")[0]
    frames = traceback.extract_tb(error.__traceback__)
    revision = [frame for frame in frames if Path(frame.filename).parent.name == "versions"]
    where = f"{Path(revision[-1].filename).name}, line {revision[-1].lineno}: " if revision else ""
    return f"{where}{type(cause).__name__}: {sentence}"
