"""What somebody changed of a domain by hand is found, and other words for the same are not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, text
from tests.rendered.tools.changes.run import Project
from tests.rendered.tools.changes.test_drift import execute, fetch

from my_supabase_service.supabase import Domain

ANEW = "alter domain d# drop constraint d#_check; alter domain d# add constraint d#_check check"

DRIFTS = {
    "alter domain d# set default 2": "default of domain d#",
    "alter domain d# drop default": "default of domain d#",
    "alter domain d# set not null": "not null of domain d#",
    "alter domain d# drop constraint d#_check": "check d#_check of domain d#",
    "alter domain d# add constraint more check (value < 9)": "check more of domain d#",
    f"{ANEW} (value > 0 and value < 5)": "check d#_check of domain d#",
}
"""Statements, and what `check` says of them; `#` is the number of a domain."""

SAME = (
    "alter domain d# set default '1'",
    f"{ANEW} (value > 0 and (value < 4))",
    f"{ANEW} (value > (0)::int4 and value < 4) not valid",
    "alter domain d# rename constraint d#_check to by_hand",
)
"""What changes nothing that a model says."""

EXECUTED = """
    create sequence executed;
    create function speak() returns int language plpgsql volatile as
        $$ begin return nextval('executed'); end $$;
    revoke execute on function speak() from public;
    create domain spoken as int default speak() check (value > 0);
    alter table held add spoken spoken;
"""


def models(**spoken: Any) -> MetaData:
    metadata = MetaData()
    every = [*DRIFTS, *SAME]
    check = text("value > 0 and value < 4")
    domains: list[Any] = [
        Domain(f"d{number}", Integer, check=check, default="1") for number, _ in enumerate(every)
    ]
    domains += [Domain("spoken", Integer, **spoken)] if spoken else []
    columns: list[Column[Any]] = [Column(domain.name, domain) for domain in domains]
    Table("held", metadata, Column("id", Integer, primary_key=True), *columns)
    return metadata


@pytest.fixture(scope="module")
def project(project: Callable[[str, str], Project]) -> Project:
    """A database where each domain was changed in a way of its own."""
    made = project("16", "domains")
    made.revise(models(), "1 made")
    statements = [each.replace("#", str(number)) for number, each in enumerate((*DRIFTS, *SAME))]
    asyncio.run(execute(made.url, *statements))
    return made


@pytest.fixture(scope="module")
def complaint(project: Project) -> str:
    return project.complaint(models())


@pytest.mark.parametrize("number", range(len(DRIFTS)), ids=DRIFTS)
def test_check_finds_what_was_changed_by_hand(complaint: str, number: int) -> None:
    assert list(DRIFTS.values())[number].replace("#", str(number)) in complaint


@pytest.mark.parametrize("number", range(len(SAME)), ids=SAME)
def test_what_a_model_says_in_other_words_is_no_difference(complaint: str, number: int) -> None:
    assert not re.search(rf"\bd{len(DRIFTS) + number}\b", complaint)


def test_a_revision_takes_it_back_and_nothing_is_executed_to_compare(
    project: Project, complaint: str
) -> None:
    del complaint
    project.revise(models(), "2 as the models say")
    asyncio.run(execute(project.url, EXECUTED))
    said = {"default": text("speak()"), "check": text("value > 0")}

    assert project.complaint(models(**said)) == ""
    said |= {"default": text("speak() + 1")}
    assert "default of domain spoken" in project.complaint(models(**said))
    assert asyncio.run(fetch(project.url, "select is_called from executed")) == [(False,)]
