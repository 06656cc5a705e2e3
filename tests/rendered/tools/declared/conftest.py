"""Each version of Postgres with every change of what is declared, made once for all proofs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.rendered.bench.versions import installed
from tests.rendered.tools.changes.run import Project, Run, run
from tests.rendered.tools.declared.cases import CASES


@pytest.fixture(scope="session", params=installed())
def ran(request: pytest.FixtureRequest, project: Callable[[str, str], Project]) -> Run:
    """Run all cases of a version."""
    version: str = request.param
    return run(CASES, project(version, "declared"), project(version, "declared_alone"), version)
