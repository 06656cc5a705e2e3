"""What somebody did by hand to keys, or said of a constraint, is found where a model can say it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from tests.rendered.tools.changes.run import Project
from tests.rendered.tools.changes.test_drift import execute

FK = "foreign key (a, b) references other (a, b)"

DRIFTS = (
    "alter table t# drop constraint pk_#",
    "alter table t# rename constraint pk_# to by_hand",
    "alter table t# drop constraint pk_#, add constraint pk_# primary key (b, a)",
    "alter table t# drop constraint pk_#, add constraint pk_# primary key (a, b) deferrable",
    "alter table t# drop constraint pk_#, add constraint pk_# primary key (a, b) include (c)",
    "alter table t# drop constraint pk_#, add constraint pk_# primary key (a, b, c)",
    "alter table t# drop constraint uq_#, add constraint uq_# unique (c, b)",
    "alter table t# drop constraint uq_#, add constraint uq_# unique (b, c) deferrable",
    "alter table t# drop constraint uq_#, add constraint uq_# unique (b, c) initially deferred",
    "alter table t# drop constraint uq_#, add constraint uq_# unique (b, c) include (a)",
    "alter table t# drop constraint uq_#, add constraint uq_# unique nulls not distinct (b, c)",
    "alter table t# rename constraint fk_# to by_hand",
    f"alter table t# add constraint more {FK}",
    f"alter table t# drop constraint fk_#, add constraint fk_# {FK} match full",
    f"alter table t# drop constraint fk_#, add constraint fk_# {FK} deferrable",
    f"alter table t# drop constraint fk_#, add constraint fk_# {FK} on delete cascade",
    f"alter table t# drop constraint fk_#, add constraint fk_# {FK} on update cascade",
    "comment on constraint pk_# on t# is 'by hand'",
    "comment on constraint uq_# on t# is 'by hand'",
    "comment on constraint fk_# on t# is 'by hand'",
    "comment on constraint ck_# on t# is 'by hand'",
    "comment on constraint ck_# on t# is null",
)
"""Statements; `#` is the number of a table."""

UNSAID = (
    "comment on index ix_# is 'by hand'",
    "comment on constraint ex_# on t# is 'by hand'",
    "alter index pk_# set (fillfactor = 70)",
    "alter table t# drop constraint cx_#, add constraint cx_# check (b > 0) not valid",
    f"alter table t# drop constraint fk_#, add constraint fk_# {FK} not valid",
    "alter table t# add constraint more foreign key (a) references unmodelled",
)
"""What a model has no word for."""


def models() -> MetaData:
    metadata = MetaData()
    names = ("a", "b", "c")
    columns = [Column(name, Integer, nullable=False) for name in names]
    Table("other", metadata, *columns, UniqueConstraint("a", "b", name="uq_other"))
    for number in range(len(DRIFTS) + len(UNSAID)):
        to_other = ["other.a", "other.b"]
        Table(
            f"t{number}",
            metadata,
            *(Column(name, Integer, nullable=False, autoincrement=False) for name in names),
            PrimaryKeyConstraint("a", "b", name=f"pk_{number}"),
            UniqueConstraint("b", "c", name=f"uq_{number}"),
            ForeignKeyConstraint(["a", "b"], to_other, name=f"fk_{number}"),
            CheckConstraint("a > 0", name=f"ck_{number}", comment="ours"),
            CheckConstraint("b > 0", name=f"cx_{number}"),
            ExcludeConstraint(("c", "="), using="btree", name=f"ex_{number}"),
            Index(f"ix_{number}", "c"),
        )
    return metadata


@pytest.fixture(scope="module")
def complaint(project: Callable[[str, str], Project]) -> str:
    """What `check` says where each table was changed in a way of its own."""
    made = project("16", "keys")
    made.revise(models(), "1 made")
    statements = [each.replace("#", str(number)) for number, each in enumerate((*DRIFTS, *UNSAID))]
    asyncio.run(execute(made.url, "create table unmodelled (id int primary key)", *statements))
    return made.complaint(models())


@pytest.mark.parametrize("number", range(len(DRIFTS)), ids=DRIFTS)
def test_check_finds_what_was_done_by_hand(complaint: str, number: int) -> None:
    assert re.search(rf"\bt{number}\b", complaint)


@pytest.mark.parametrize("number", range(len(UNSAID)), ids=UNSAID)
def test_what_a_model_has_no_word_for_is_no_difference(complaint: str, number: int) -> None:
    assert not re.search(rf"\bt{len(DRIFTS) + number}\b", complaint)
