"""A server of each version of Postgres, and projects on databases of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from local.postgres import Postgres
from tests.rendered.bench.versions import running, with_login
from tests.rendered.tools.changes.run import Project, new_database


@pytest.fixture(scope="session")
def server(scratch: Path) -> Generator[Callable[[str], Postgres]]:
    """Start the server of a version when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def start(version: str) -> Postgres:
            started = stack.enter_context(running(scratch / f"postgres-{version}", version))
            asyncio.run(with_login(started))
            return started

        yield start


@pytest.fixture(scope="session")
def project(
    root: Path, tmp_path_factory: pytest.TempPathFactory, server: Callable[[str], Postgres]
) -> Callable[[str, str], Project]:
    """Make a project without a revision, on a new database of a version."""

    def make(version: str, name: str) -> Project:
        asyncio.run(new_database(server(version), name))
        folder = tmp_path_factory.mktemp(f"{name}_{version}") / "project"
        return Project(root, folder, server(version), name)

    return make
