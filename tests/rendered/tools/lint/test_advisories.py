"""Each advisory: clean, broken, found, mended by the SQL that it gives, and clean again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.rendered.bench.versions import installed
from tests.rendered.tools.lint.cases import cases
from tests.rendered.tools.lint.conftest import Story, found

from my_supabase_service.tools.lint.read import ADVISORIES, titles

VERSIONS = installed()
CASES = {(version, name): case for version in VERSIONS for name, case in cases(version).items()}


@pytest.mark.parametrize(("version", "name"), CASES)
def test_what_is_broken_is_found_and_its_remedy_mends_it(
    story: Callable[[str], Story], version: str, name: str
) -> None:
    case, told = CASES[version, name], story(version)

    assert found(told.clean, case) == []
    assert [each.object for each in found(told.broken, case)] == [case.object]
    assert told.errors.get(case) is None
    assert found(told.mended, case) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_project_has_no_findings(story: Callable[[str], Story], version: str) -> None:
    """With everything that Supabase makes, Storage's tables included."""
    assert story(version).clean.findings == []
    assert story(version).clean.not_asked == {}


def test_every_advisory_has_a_case_and_says_what_it_is_about() -> None:
    assert {case.advisory for case in CASES.values()} == {*ADVISORIES}
    assert [name for name, title in titles().items() if not title.endswith(".")] == []
