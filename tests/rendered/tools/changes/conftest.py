"""Each version of Postgres with all cases, made once for all proofs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.rendered.bench.versions import installed
from tests.rendered.tools.changes.cases import CASES
from tests.rendered.tools.changes.run import Project, Run, run


@pytest.fixture(scope="session", params=installed())
def ran(request: pytest.FixtureRequest, project: Callable[[str, str], Project]) -> Run:
    """Run all cases of a version."""
    version: str = request.param
    cases = [case for case in CASES if case.kind.since <= int(version)]
    return run(cases, project(version, "there"), project(version, "alone"), version)
