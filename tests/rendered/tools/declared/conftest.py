"""Each version of Postgres with every change of what is declared, made once for all proofs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from local.postgres import Postgres
from tests.rendered.bench.versions import installed, running, with_login
from tests.rendered.tools.changes.run import Project, Run, new_database, run
from tests.rendered.tools.declared.cases import CASES

Make = Callable[[str, str], Project]


@pytest.fixture(scope="session")
def server(scratch: Path) -> Generator[Callable[[str], Postgres]]:
    """Start the server of a version when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def start(version: str) -> Postgres:
            started = stack.enter_context(running(scratch / f"declared-{version}", version))
            asyncio.run(with_login(started))
            return started

        yield start


@pytest.fixture(scope="session")
def project(
    root: Path, tmp_path_factory: pytest.TempPathFactory, server: Callable[[str], Postgres]
) -> Make:
    """Make a project without a revision, on a new database of a version."""

    def make(version: str, name: str) -> Project:
        asyncio.run(new_database(server(version), name))
        folder = tmp_path_factory.mktemp(f"{name}_{version}") / "project"
        return Project(root, folder, server(version), name)

    return make


@pytest.fixture(scope="session", params=installed())
def ran(request: pytest.FixtureRequest, project: Make) -> Run:
    """Run all cases of a version."""
    version: str = request.param
    return run(CASES, project(version, "there"), project(version, "alone"), version)
