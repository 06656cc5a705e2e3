"""What somebody changed by hand is found, and finding it disturbs nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    Enum,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSRANGE, ExcludeConstraint
from tests.rendered.tools.changes.run import Project

Make = Callable[[str, str], Project]

DRIFTS = {
    "alter table cards alter n set default 2": "default of cards.n",
    "alter table cards alter title set default 'x'": "default of cards.title",
    "alter table cards alter n drop default": "default of cards.n",
    "alter table cards drop constraint ck_n, add constraint ck_n check (n > 1)": "check ck_n",
    "alter table cards add constraint more check (n < 9)": "check more",
    "alter table cards drop constraint ck_n": "check ck_n",
    "alter table cards drop sum, add sum int generated always as (n * 2) stored": "cards.sum",
    "alter table cards alter sum drop expression": "cards.sum",
    "drop index ix_title; create index ix_title on cards (upper(title))": "index ix_title",
    "drop index ix_title; create index ix_title on cards (lower(title)) where n > 0": "ix_title",
    "drop index ix_title; create index ix_title on cards (lower(title) desc)": "index ix_title",
    "drop index ix_title; create unique index ix_title on cards (lower(title))": "ix_title",
    "alter table cards drop constraint ex_during": "exclusion ex_during",
    "alter table cards add exclude using gist (during with =)": "cards_during_excl",
    "alter table cards drop constraint ex_during,"
    " add constraint ex_during exclude using gist (during with &&) where (n > 2)": "ex_during",
    "comment on column cards.n is 'by hand'": "comment",
    "comment on table cards is 'by hand'": "comment",
    "alter type mood rename value 'b' to 'c'": "enum mood",
}
"""Statements, and what `check` says of them."""

SIDE_EFFECT = """
    create sequence executed;
    create function speak() returns text language plpgsql volatile as
        $$ begin perform nextval('executed'); return 'x'; end $$;
    revoke execute on function speak() from public;
    alter table cards alter title set default speak();
"""


def cards(default: Any = None) -> MetaData:
    metadata = MetaData()
    Table(
        "cards",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("n", Integer, server_default="1"),
        Column("title", Text, server_default=default),
        Column("sum", Integer, Computed("n + 1", persisted=True)),
        Column("during", TSRANGE),
        Column("mood", Enum("a", "b", name="mood")),
        CheckConstraint("n > 0", name="ck_n"),
        ExcludeConstraint(("during", "&&"), name="ex_during"),
        Index("ix_title", text("lower(title)")),
    )
    return metadata


@pytest.fixture(scope="module")
def project(project: Make) -> Project:
    """A database that is as its models say."""
    made = project("16", "drift")
    made.revise(cards(), "1 cards")
    return made


@pytest.fixture
def drift(project: Project) -> Iterator[Callable[[str], None]]:
    """Change the database by hand; afterwards it is as it was."""

    def do(*statements: str) -> None:
        asyncio.run(execute(project.url, *statements))

    yield do
    do("drop table cards; drop type mood; delete from alembic.alembic_version")
    do("drop sequence if exists executed cascade; drop function if exists speak")
    project.act(cards(), "upgrade", "head")


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def fetch(url: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(query)
    await connection.close()
    return [tuple(row) for row in rows]


def test_check_is_content_where_nobody_changed_anything(project: Project) -> None:
    assert project.complaint(cards()) == ""


@pytest.mark.parametrize("statement", DRIFTS)
def test_check_finds_what_was_changed_by_hand(
    project: Project, drift: Callable[[str], None], statement: str
) -> None:
    drift(statement)

    assert DRIFTS[statement] in project.complaint(cards())


def test_a_default_is_compared_and_never_executed(
    project: Project, drift: Callable[[str], None]
) -> None:
    drift(SIDE_EFFECT)

    assert project.complaint(cards(text("speak()"))) == ""
    assert "default of cards.title" in project.complaint(cards(text("speak() || 'y'")))
    called = asyncio.run(fetch(project.url, "select is_called from executed"))
    assert called == [(False,)]


def test_check_waits_for_nobody_who_holds_a_table(
    project: Project, drift: Callable[[str], None]
) -> None:
    """The lock that is held lets in no other than AccessShare; each text is planned meanwhile."""
    drift("alter table cards alter title set default 'x' || 'y'")

    async def check() -> str:
        connection = await asyncpg.connect(project.url)
        async with connection.transaction():
            await connection.execute("lock table cards in exclusive mode")
            found = await asyncio.to_thread(project.complaint, cards(text("'x'::text || 'z'")))
        await connection.close()
        return found

    assert "default of cards.title" in asyncio.run(asyncio.wait_for(check(), 30))
