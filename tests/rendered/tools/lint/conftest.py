"""All cases in one database of each version of Postgres: clean, broken, mended, clean."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import asyncpg
import pytest
from local.postgres import Postgres
from local.schema import read_schema
from sqlalchemy import MetaData, NullPool, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from tests.rendered.tools.lint.cases import Case, cases, declarations
from tests.rendered.tools.lint.names import quote, schema
from tests.stand_in import at

from my_supabase_service.tools.lint.finding import Finding
from my_supabase_service.tools.lint.read import Report, read_report

SCHEMA = quote(schema(hostile=True))
BIRTH = f"""
    create schema {SCHEMA};
    grant usage on schema {SCHEMA} to anon, authenticated;
"""


@dataclass
class Story:
    """What was found at each moment."""

    clean: Report
    broken: Report
    mended: Report
    errors: dict[Case, str] = field(default_factory=dict[Case, str])
    """What a remedy was refused with."""


async def lint(url: str, metadata: MetaData | None = None) -> Report:
    """Return what is found there with these declarations."""
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg", query={}), poolclass=NullPool
    )
    async with engine.connect() as connection:
        report = await connection.run_sync(
            read_report, lambda: metadata or MetaData(), Path("migrations")
        )
    await engine.dispose()
    return report


@pytest.fixture(scope="session")
def story(server: Callable[[str], Postgres]) -> Callable[[str], Story]:
    @cache
    def tell(version: str) -> Story:
        return asyncio.run(_tell(server(version), version))

    return tell


async def born(server: Postgres, name: str, sql: str) -> str:
    """Make a database as a project has it at birth, and do *sql* there; return its address."""
    making = await asyncpg.connect(at(server.url("postgres"), "template1"))
    await making.execute(f"create database {name} template postgres strategy file_copy")
    await making.close()
    url = at(server.url("postgres"), name)
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()
    return url


async def _tell(server: Postgres, version: str) -> Story:
    url = await born(server, "lint", BIRTH)
    logins = {
        login: await asyncpg.connect(at(server.url(login), "lint"))
        for login in ("postgres", "supabase_admin")
    }
    await logins["supabase_admin"].execute(storage())
    every = cases(version).values()
    clean = await lint(url, declarations())
    for case in every:
        try:
            await logins[case.by].execute(case.broken)
        except asyncpg.PostgresError as error:
            pytest.fail(f"{case.advisory}: {error}: {case.broken}")
    broken = await lint(url, declarations())
    errors: dict[Case, str] = {}
    for case in every:
        for finding in found(broken, case):
            try:
                await logins[case.by].execute(finding.remedy)
            except asyncpg.PostgresError as error:
                errors[case] = f"{error}: {finding.remedy}"
    mended = await lint(url, declarations())
    for connection in logins.values():
        await connection.close()
    return Story(clean, broken, mended, errors)


def storage() -> str:
    """Return the SQL of Storage's own tables, without what needs a newer Postgres."""
    sql = read_schema()["2_storage.sql"]
    return sql.replace("with inherit true, set false", "")


def found(report: Report, case: Case) -> list[Finding]:
    """Return what the advisory of *case* says of its object."""
    return [
        each for each in report.findings if (each.name, each.object) == (case.advisory, case.object)
    ]
