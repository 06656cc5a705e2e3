"""Run as a process: import written models, compare them with their database, make another of them.

One process for all, which forks for each: so each meets a registry without the others' classes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, Table, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import configure_mappers
from tests.rendered.tools.models.rows import compare_rows

import my_supabase_service
from my_supabase_service.settings import Settings
from my_supabase_service.supabase.tables.model import Base
from my_supabase_service.supabase.tables.policies import API_ROLES, Security, security
from my_supabase_service.tools.migrations import environment
from my_supabase_service.tools.migrations.policies.statements import (
    create_policy,
    set_grants,
    set_switches,
    table_name,
)

NEW = Security(enabled=False, forced=False)
UNNAMED = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": str,
}
"""As behind a transaction pooler."""


def main() -> None:
    jobs: list[dict[str, Any]] = json.load(sys.stdin)
    answers = {job["name"]: _apart(job) for job in jobs}
    json.dump(answers, sys.stdout)


def _apart(job: dict[str, Any]) -> str:
    """Prove it in a process of its own; return what is wrong."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as told:
            told.write(_prove(job))
            told.flush()
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as heard:
        said = heard.read()
    os.waitpid(child, 0)
    return said


def _prove(job: dict[str, Any]) -> str:
    warnings.simplefilter("error")
    # SQLAlchemy 2.1.9 trips over a check that is not valid, when it reads one; so does Alembic.
    warnings.filterwarnings("ignore", "Can't validate argument 'dialect_options'")
    os.dup2(2, 1)  # what Alembic prints is no answer
    try:
        package = Path(job["package"])
        my_supabase_service.__path__.append(str(package))
        environment.PACKAGE = package
        environment.load_models()
        _check(job)
        if job["alone"]:
            configure_mappers()
            asyncio.run(_make_alone(job["live"], job["alone"]))
    except CommandError as error:
        return f"check: {error}"
    except BaseException:  # noqa: BLE001  # whatever it is, it is told
        return traceback.format_exc()
    return ""


def _check(job: dict[str, Any]) -> None:
    settings = Settings(
        supabase_url="https://abcdefghijklmnopqrst.supabase.co",
        database_url=job["live"],
        database_pooling_mode="direct",
        migrations_database_url=job["live"],
    )
    config = Config(toml_file=job["project"], attributes={"settings": settings})
    command.check(config)


async def _make_alone(live: str, alone: str) -> None:
    source, target = engine(live), engine(alone)
    async with target.begin() as connection:
        await connection.run_sync(_create)
    await compare_rows(source, target)
    await source.dispose()
    await target.dispose()


def engine(url: str) -> AsyncEngine:
    address = make_url(url).set(drivername="postgresql+asyncpg", query={})
    return create_async_engine(address, poolclass=NullPool, connect_args=UNNAMED)


def _create(connection: Connection) -> None:
    ours = [each for each in Base.metadata.sorted_tables if is_ours(each)]
    Base.metadata.create_all(connection, tables=ours)
    for table in ours:
        if said := security(table):
            name = table_name(table)
            statements = [
                *set_switches(name, NEW, said),
                *(create_policy(name, p) for p in said.policies),
            ]
            statements += set_grants(f"table {name}", said.grants, {*API_ROLES, "public"})
            for statement in statements:
                connection.exec_driver_sql(statement)


def is_ours(table: Table) -> bool:
    return table.info.get("compared", True) and table.schema != "auth"


if __name__ == "__main__":
    main()
