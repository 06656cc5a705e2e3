"""Every change of what is declared, on every version of Postgres that this machine has."""

from __future__ import annotations

import pytest
from tests.rendered.tools.changes.kinds import Case
from tests.rendered.tools.changes.run import Run
from tests.rendered.tools.declared.cases import CASES

MOMENTS = ("before", "after", "again")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_revision_leads_there_and_back_and_there_again(ran: Run, case: Case) -> None:
    name = ran.names[case.name]

    assert name in ran.upgrade()
    for said in case.says:
        assert said.format(t=name) in ran.upgrade()
    for moment in MOMENTS:
        assert name not in ran.complaints[moment], moment
    there = ran.dumped("after", case)
    assert there == ran.dumped("alone", case)
    assert there == ran.dumped("again", case)
    assert ran.dumped("back", case) == ran.dumped("before", case)


def test_check_is_content_with_all_of_them(ran: Run) -> None:
    assert {ran.complaints[moment] for moment in MOMENTS} == {""}
