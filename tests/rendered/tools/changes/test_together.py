"""A revision says where the lock of one statement is held while another reads the same table."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSRANGE, ExcludeConstraint
from sqlalchemy.schema import SchemaItem
from tests.rendered.tools.changes.run import Project

from my_supabase_service.supabase.tables.policies import Policy, secure

Parts = Callable[[str], list[SchemaItem]]
"""What is changed beside the columns `n`, `title` and `during`, in a table of this name."""

PARTS: dict[str, Parts] = {
    "not_null": lambda _: [Column("n", Integer, nullable=False)],
    "check": lambda t: [CheckConstraint("n > 0", name=f"ck_{t}")],
    "check_later": lambda t: [CheckConstraint("n > 0", name=f"ck_{t}", postgresql_not_valid=True)],
    "index": lambda t: [Index(f"ix_{t}", "n")],
    "unique": lambda t: [UniqueConstraint("n", name=f"uq_{t}")],
    "exclude": lambda t: [ExcludeConstraint(("during", "&&"), name=f"ex_{t}")],
    "key": lambda t: [Column("n", Integer, ForeignKey("others.id", name=f"fk_{t}"))],
    "type": lambda _: [Column("title", String(9))],
    "wider": lambda _: [Column("short", String(9))],
    "volatile": lambda _: [Column("at", Text, server_default=text("clock_timestamp()::text"))],
    "stable": lambda _: [Column("at", Text, server_default=text("now()::text"))],
    "computed": lambda _: [Column("sum", Integer, Computed("n + 1", persisted=True))],
    "counted": lambda _: [Column("count", Integer, Identity())],
    "column": lambda _: [Column("more", Integer)],
    "key_of_another": lambda t: [Column("m", Integer, ForeignKey("others.id", name=f"fk_{t}"))],
    "index_of_titles": lambda t: [Index(f"iy_{t}", "title")],
    "type_not_null": lambda _: [Column("title", String(9), nullable=False)],
}

SAID = r"(?<!\S){name} is locked,"
READS = "nobody reads or writes it until both are done"
WRITES = "nobody writes it until both are done"
OWN = "move {} to a revision of its own"

TOGETHER: dict[str, tuple[list[str], list[str]]] = {
    "not_null_and_check": (
        ["not_null", "check"],
        ["while not null of n and then check ck_{t} go", READS, OWN.format("check ck_{t}")],
    ),
    "not_null_and_key": (
        ["not_null", "key_of_another"],
        ["while not null of n and then foreign key fk_{t} go", "locked, ACCESS EXCLUSIVE,", READS],
    ),
    "index_and_key": (
        ["index", "key"],
        [
            "while index ix_{t} and then foreign key fk_{t} go",
            "locked, SHARE ROW EXCLUSIVE,",
            WRITES,
        ],
    ),
    "index_and_unique": (["index", "unique"], [READS, "`using index`"]),
    "two_indexes": (
        ["index", "index_of_titles"],
        ["locked, SHARE,", WRITES, "There it can be built concurrently."],
    ),
    "type_and_check": (["type", "check"], ["while type of title and then check ck_{t} go", READS]),
    "type_and_not_null": (
        ["type_not_null"],
        [
            "while type of title and then not null of title go",
            "add `check (title is not null) not valid`",
        ],
    ),
    "check_and_exclusion": (
        ["check", "exclude"],
        ["while check ck_{t} and then exclusion ex_{t} go", READS],
    ),
    "volatile_and_check": (
        ["volatile", "check"],
        ["while column at and then check ck_{t} go", READS],
    ),
    "computed_and_check": (
        ["computed", "check"],
        ["while column sum and then check ck_{t} go", READS],
    ),
    "identity_and_check": (
        ["counted", "check"],
        ["while column count and then check ck_{t} go", READS],
    ),
    "column_and_index": (
        ["column", "index"],
        ["{t} is locked, ACCESS EXCLUSIVE, by column more while index ix_{t} goes", READS],
    ),
    "policy_and_index": (
        ["index"],
        ["{t} is locked, ACCESS EXCLUSIVE, by policies while index ix_{t} goes", READS],
    ),
}
"""What changes at once, and what the revision says of it."""
ALONE: dict[str, list[str]] = {
    "not_null": ["not_null"],
    "check": ["check"],
    "key": ["key"],
    "index": ["index"],
    "unique": ["unique"],
    "type": ["type"],
    "wider_and_check": ["wider", "check"],
    "check_later_and_not_null": ["check_later", "not_null"],
    "stable_and_check": ["stable", "check"],
    "column_and_check": ["column", "check"],
}
"""What goes through the table once, and holds it no longer than that."""


def table(metadata: MetaData, name: str, parts: list[str]) -> None:
    said = [item for part in parts for item in PARTS[part](name)]
    every = sorted(said, key=lambda item: not isinstance(item, Column))
    usual = [
        Column("n", Integer),
        Column("title", Text),
        Column("short", String(3)),
        Column("during", TSRANGE),
    ]
    named = {item.name for item in every if isinstance(item, Column)}
    key = Column("id", Integer, primary_key=True)
    made = Table(name, metadata, key, *(each for each in usual if each.name not in named), *every)
    if "policy" in name and not parts:
        secure(made, Policy("shown", "select", using="true"), grants={"authenticated": "select"})


def models(*, changed: bool) -> MetaData:
    metadata = MetaData()
    Table("others", metadata, Column("id", Integer, primary_key=True))
    pairs = {f"t_{name}": parts for name, (parts, _) in TOGETHER.items()}
    single = {f"s_{name}": parts for name, parts in ALONE.items()}
    for name, parts in (pairs | single).items():
        table(metadata, name, parts if changed else [])
    if changed:
        table(metadata, "fresh", ["not_null", "index", "index_of_titles", "unique"])
    return metadata


@pytest.fixture(scope="module")
def said(project: Callable[[str, str], Project]) -> dict[str, str]:
    """What one revision that makes all these changes says of each table."""
    made = project("16", "together")
    made.revise(models(changed=False), "1 before")
    upgrade = made.revise(models(changed=True), "2 after").partition("def downgrade")[0]
    assert made.complaint(models(changed=True)) == ""
    lines = re.sub(r"\n +# ", " ", upgrade).splitlines()
    notes = [line for line in lines if "until both are done" in line]
    names = models(changed=True).tables
    return {
        name: "\n".join(note for note in notes if re.search(SAID.format(name=name), note))
        for name in names
    }


@pytest.mark.parametrize("name", TOGETHER)
def test_what_one_lock_is_held_for_is_said(said: dict[str, str], name: str) -> None:
    for part in TOGETHER[name][1]:
        assert part.format(t=f"t_{name}") in said[f"t_{name}"]
    assert len(re.findall(SAID.format(name=f"t_{name}"), said[f"t_{name}"])) == 1


@pytest.mark.parametrize("name", ALONE)
def test_nothing_is_said_of_what_holds_no_longer_than_by_itself(
    said: dict[str, str], name: str
) -> None:
    assert said[f"s_{name}"] == ""


def test_nothing_is_said_of_a_new_table(said: dict[str, str]) -> None:
    assert said["fresh"] == ""


def test_the_table_that_keys_refer_to_is_said_to_be_held_by_them(said: dict[str, str]) -> None:
    """Two keys to it keep writers out of it until both tables have been read."""
    assert "others is locked, SHARE ROW EXCLUSIVE, while foreign key" in said["others"]


def test_the_page_shows_what_is_said(said: dict[str, str], root: Path) -> None:
    page = (root / "docs" / "migrations.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```\n(# notes is locked.*?)\n```", page, re.DOTALL)
    note = said["t_column_and_index"].replace("ix_t_column_and_index", "ix_notes_owner")
    note = note.replace("t_column_and_index", "notes").replace("column more", "column owner")

    assert " ".join(re.findall("# (.*)", shown)) == note[note.index("notes is locked") :]


def test_check_does_not_count_what_is_only_said(
    said: dict[str, str], project: Callable[[str, str], Any]
) -> None:
    del said
    made = project("16", "only_said")
    made.revise(models(changed=False), "1 before")

    assert "until both are done" not in made.complaint(models(changed=True))
