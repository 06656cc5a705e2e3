"""The real extensions, on a Postgres of this machine that has them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
from local.postgres import Postgres
from tests.rendered.bench.versions import installed, running

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

REAL = Path("/usr/share/postgresql")


@pytest.fixture(scope="session")
def real_server(scratch: Path) -> Generator[Postgres]:
    """Has the extensions in C; Debian's package `postgresql` brings them along."""
    versions = [name for name in installed() if (REAL / name / "extension/citext.control").exists()]
    if not versions:
        pytest.skip("no Postgres of this machine has the real extensions")
    folder = scratch / "real"
    folder.mkdir()
    with running(folder / "postgres", versions[0]) as server:
        yield server


@pytest.fixture
async def real(real_server: Postgres) -> AsyncGenerator[Sql]:
    connection = await asyncpg.connect(real_server.url("supabase_admin"))
    yield connection
    await connection.close()
