"""Alembic over the migrations URL: one deployment at a time, and no schema of Supabase's."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script
from sqlalchemy import Connection, MetaData, Table, inspect, text

from ...supabase.database.address import Address
from ...supabase.database.settings import DatabaseSettings
from ...supabase.tables.model import Base
from ..connect import connect
from ..failure import Failure
from ..garbage import garbage_left
from ..hiding import hiding
from ..schema.scope import BOOKKEEPING
from . import declared, definitions, exposure, lock, reflection, table_locks
from .column_types import changes, column_types, refuse
from .explain import DECLARATIONS, PACKAGE
from .notices import tell_notices
from .ours import ours
from .types import write_item

PLUGINS = (
    "alembic.autogenerate.*",
    reflection.PLUGIN,
    definitions.PLUGIN,
    declared.PLUGIN,
    exposure.PLUGIN,
    table_locks.PLUGIN,
)
"""Beside those that `env.py` names; Alembic runs each in the order in which it was imported."""

CREATE_SCHEMA = f"create schema if not exists {BOOKKEEPING}"


def run_migrations(settings: DatabaseSettings, plugins: Sequence[str] = ()) -> None:
    """Do what `migrations/env.py` is there for; *plugins* compare more than tables.

    Raises:
        Failure: the settings do not tell where migrations may log in.
    """
    # Alembic's own command reads the settings by itself, and prints errors as Python does.
    with garbage_left(), hiding(settings):
        _run_with(settings, plugins)


def _run_with(settings: DatabaseSettings, plugins: Sequence[str]) -> None:
    metadata = load_models()
    script = context.script
    revisions = [Path(revision.path) for revision in script.walk_revisions()]
    own = ours(metadata, Path(script.dir), revisions)
    options = {
        "target_metadata": metadata,
        "include_name": own.is_named_to_alembic,
        "include_object": own.is_left_to_alembic,
        "autogenerate_plugins": [*PLUGINS, *plugins],
        "render_item": write_item,
        "revisions": revisions,
        "ours": own,
    }
    if context.is_offline_mode():
        # With this style of parameters a `%` in a statement is written down as it is.
        style = {"paramstyle": "named"}
        _configure(options, dialect_name="postgresql", literal_binds=True, dialect_opts=style)
        context.execute(CREATE_SCHEMA)
        _run()
        return
    address = settings.migrations_address()
    if address is None:
        raise Failure(
            "MIGRATIONS_DATABASE_URL is not set: the service's own login or pooler cannot migrate."
            " Dashboard: Connect, session pooler or direct connection"
        )
    asyncio.run(_connect_and_run(address, settings.database_ssl_root_cert, options))
    sys.stderr.write(own.told())


def load_models() -> MetaData:
    """Import every feature's tables, and who may see and change what; return the tables."""
    for name in DECLARATIONS:
        for file in sorted(PACKAGE.glob(f"*/{name}.py")):
            module = import_module(f"{PACKAGE.name}.{file.parent.name}.{name}")
            _refuse_another_base(module)
    return Base.metadata


def _refuse_another_base(module: ModuleType) -> None:
    """A table that another base keeps would be passed over, as if nobody had written it."""
    for name, thing in vars(module).items():
        table = getattr(thing, "__table__", thing)
        is_written_here = getattr(thing, "__module__", module.__name__) == module.__name__
        if isinstance(table, Table) and is_written_here and table.metadata is not Base.metadata:
            file = f"{module.__name__.removeprefix(f'{PACKAGE.name}.').replace('.', '/')}.py"
            raise Failure(
                f"{file}: no migration would see {name}, which is made with another base: derive it"
                " from Base (`from ..supabase import Base`), or make the table with Base.metadata"
            )


async def _connect_and_run(
    address: Address, root_cert: Path | None, options: Mapping[str, Any]
) -> None:
    async with connect(address, root_cert, who="migrations") as connection:
        if _only_reads():
            await connection.execution_options(postgresql_readonly=True)
        else:
            await lock.acquire(connection.engine, connection)
            await tell_notices(connection)
            await connection.execute(text(CREATE_SCHEMA))
            await connection.commit()
        await connection.run_sync(_run_on, options)


def _only_reads() -> bool:
    """Whether the command has no revision to go to, as `check` and `revision` have none."""
    try:
        context.get_revision_argument()
    except KeyError:
        return True
    return False


def _run_on(connection: Connection, options: Mapping[str, Any]) -> None:
    after_each: list[Any] = [_report]
    if not context.config.attributes.get("stopped") and _is_in_use(connection):
        after_each.insert(0, _keep_column_types(connection))
    connection.rollback()
    _configure(
        options, connection=connection, on_version_apply=after_each, dont_mutate=_only_reads()
    )
    _run()


def _is_in_use(connection: Connection) -> bool:
    """A database that no migration has seen yet has no service running on it."""
    return inspect(connection).has_table("alembic_version", schema=BOOKKEEPING)


def _keep_column_types(connection: Connection) -> Callable[..., None]:
    known = column_types(connection)

    def check(**_: object) -> None:
        nonlocal known
        now = column_types(connection)
        refuse(changes(known, now))
        known = now

    return check


def _configure(options: Mapping[str, Any], **arguments: Any) -> None:
    context.configure(
        include_schemas=True,
        # Short transactions: the locks of one migration do not wait for the next.
        transaction_per_migration=True,
        version_table_schema=BOOKKEEPING,
        **options,
        **arguments,
    )


def _run() -> None:
    with context.begin_transaction():
        context.run_migrations()


def _report(
    *, ctx: MigrationContext, step: MigrationInfo, heads: set[Any], run_args: Mapping[str, Any]
) -> None:
    del ctx, heads, run_args
    done = "applied" if step.is_upgrade else "undid"
    name = step.up_revision.doc if isinstance(step.up_revision, Script) else ""
    sys.stderr.write(f"migrate: {done} {step.up_revision_id} {name}\n")
