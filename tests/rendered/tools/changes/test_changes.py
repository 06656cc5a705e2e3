"""Every change of the table, on every version of Postgres that this machine has."""

from __future__ import annotations

import pytest
from tests.rendered.tools.changes.cases import CASES
from tests.rendered.tools.changes.kinds import Case
from tests.rendered.tools.changes.run import Run


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_revision_leads_there_and_back_and_there_again(ran: Run, case: Case) -> None:
    if case.name not in ran.names:
        pytest.skip(f"Postgres has it since {case.kind.since}")
    done, name = ran, ran.names[case.name]

    assert name in done.upgrade() or not case.is_there
    for said in case.says:
        assert said.format(t=name) in done.upgrade()
    for moment in ("before", "after", "again", *(["back"] if case.comes_back else [])):
        assert name not in done.complaints[moment], moment
    there = done.dumped("after", case)
    assert (there == done.dumped("alone", case)) is case.is_there
    assert there == done.dumped("again", case)
    assert (done.dumped("back", case) == done.dumped("before", case)) is case.comes_back


def test_check_is_content_with_all_of_them(ran: Run) -> None:
    assert {ran.complaints[moment] for moment in ("before", "after", "again")} == {""}
