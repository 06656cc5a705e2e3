"""Tables that are as their models say are not built again, and no other is taken for one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from tests.rendered.tools.changes.test_drift import execute

from my_supabase_service.tools.migrations.alike import ACTIONS

KEY = "alter table tasks_# drop constraint fk_list_#, add constraint fk_list_# foreign key (list)"

DRIFTS = (
    "alter table tasks_# alter list type bigint",
    "alter table tasks_# alter title type text",
    "alter table tasks_# alter title type varchar(41)",
    "alter table tasks_# alter cost type numeric(12, 3)",
    "alter table tasks_# alter tags type int[] using null",
    "alter table tasks_# alter at type timestamptz",
    "alter table tasks_# alter list drop not null",
    "alter table tasks_# alter title set not null",
    "comment on column tasks_#.title is 'others'",
    "comment on column tasks_#.cost is 'some'",
    "comment on table tasks_# is null",
    "alter table tasks_# rename title to name",
    "alter table tasks_# add extra int",
    "alter table tasks_# drop cost",
    "alter table tasks_# drop constraint uq_tasks_#",
    "alter table tasks_# rename constraint uq_tasks_# to uq_other",
    "alter table tasks_# drop constraint uq_tasks_#, add constraint uq_tasks_# unique (title)",
    "alter table tasks_# drop constraint uq_tasks_#; create unique index on tasks_# (title)",
    "alter table tasks_# add constraint more unique (cost)",
    "drop index ix_at_#",
    "alter index ix_at_# rename to ix_when",
    "create index ix_more_# on tasks_# (cost)",
    "drop index ix_at_#; create index ix_at_# on tasks_# (title)",
    "drop index ix_at_#; create unique index ix_at_# on tasks_# (at)",
    "alter table tasks_# drop constraint fk_list_#",
    f"{KEY} references lists on delete cascade",
    f"{KEY} references lists on delete set null (list)",
    f"{KEY} references lists on update set null on delete restrict",
    f"{KEY} references others on delete restrict",
    f"{KEY} references lists (id) on delete restrict deferrable",
    f"{KEY} references lists (id) on delete restrict initially deferred",
    "alter table tasks_# add constraint fk_more foreign key (list) references lists",
)
"""Everything that Alembic compares of a table, changed by hand; `#` is its number."""

UNTOUCHED = len(DRIFTS)


def tasks() -> MetaData:
    metadata = MetaData()
    Table("lists", metadata, Column("id", Integer, primary_key=True))
    Table("others", metadata, Column("id", Integer, primary_key=True))
    for number in range(UNTOUCHED + 1):
        to_list = ForeignKey("lists.id", name=f"fk_list_{number}", ondelete="RESTRICT")
        Table(
            f"tasks_{number}",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("list", Integer, to_list, nullable=False),
            Column("title", String(40), comment="ours"),
            Column("cost", Numeric(12, 2)),
            Column("tags", ARRAY(Text)),
            Column("at", TIMESTAMP()),
            UniqueConstraint("title", "list", name=f"uq_tasks_{number}"),
            Index(f"ix_at_{number}", "at"),
            comment="what is to do",
        )
    return metadata


@pytest.fixture(scope="module")
def project(project: Callable[[str, str], Any]) -> Any:
    """A database that is as its models say."""
    made = project("16", "alike")
    made.revise(tasks(), "1 tasks")
    return made


@pytest.fixture
def built() -> Iterator[set[str]]:
    """The tables that Alembic builds from what the database says."""
    seen: set[str] = set()

    def see(_: object, table: Table, __: object) -> None:
        seen.add(table.name)

    event.listen(Table, "column_reflect", see)
    yield seen
    event.remove(Table, "column_reflect", see)


def test_tables_as_their_models_say_are_not_built_again(project: Any, built: set[str]) -> None:
    assert project.complaint(tasks()) == ""
    assert built == set()


def test_each_action_of_a_key_is_looked_at(project: Any, built: set[str]) -> None:
    metadata = tasks()
    for number, action in enumerate(ACTIONS):
        (key,) = metadata.tables[f"tasks_{number}"].foreign_key_constraints
        setattr(key, action, "SET DEFAULT" if action in {"ondelete", "onupdate"} else "full")

    project.complaint(metadata)

    assert built == {f"tasks_{number}" for number in range(len(ACTIONS))}


def test_whatever_differs_is_found_and_nothing_else(project: Any, built: set[str]) -> None:
    statements = [each.replace("#", str(number)) for number, each in enumerate(DRIFTS)]
    asyncio.run(execute(project.url, *statements))

    complaint = project.complaint(tasks())

    told = {int(number) for number in re.findall(r"_(\d+)\b", complaint)}
    assert told == set(range(UNTOUCHED))
    assert f"tasks_{UNTOUCHED}" not in built
