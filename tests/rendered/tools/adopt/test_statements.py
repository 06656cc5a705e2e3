"""A baseline makes what was there, whatever it is, and takes it away again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from difflib import unified_diff

import pytest
from tests.rendered.tools.adopt.conftest import EVERY, Adopted, Dump

from my_supabase_service.tools.adopt.compare import HOLDING, differences, is_unprinted


@pytest.mark.parametrize("name", EVERY)
def test_a_database_of_a_baseline_is_dumped_like_the_one_it_was_written_from(
    adopted: Callable[[str], Adopted], name: str
) -> None:
    """But for what it says that it leaves out."""
    of = adopted(name)

    differ = [*unified_diff(lines(of.there, of), lines(of.made, of), lineterm="")]

    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("name", EVERY)
def test_a_database_of_a_dump_is_dumped_like_the_one_it_is_of(
    adopted: Callable[[str], Adopted], name: str
) -> None:
    of = adopted(name)

    differ = [*unified_diff(lines(of.there), lines(of.dumped), lineterm="")]

    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("name", EVERY)
def test_a_baseline_that_is_undone_leaves_nothing(
    adopted: Callable[[str], Adopted], name: str
) -> None:
    """But extensions, which others may use by then."""
    before, undone = adopted(name).before, adopted(name).undone

    left = {entry for entry in undone if entry not in before}

    assert [entry for entry in left if entry[0] not in {"EXTENSION", "COMMENT"}] == []


@pytest.mark.parametrize("name", EVERY)
def test_what_a_baseline_made_is_told_to_be_what_was_there(
    adopted: Callable[[str], Adopted], name: str
) -> None:
    assert [*differences(adopted(name).read, adopted(name).read_again)] == []


def test_each_thing_that_a_baseline_would_lack_is_told(
    adopted: Callable[[str], Adopted],
) -> None:
    wanted = adopted("each_thing_once").read
    lacking = 0
    for schema in wanted.schemas:
        for kind in HOLDING:
            for thing in getattr(schema, kind):
                others = tuple(each for each in getattr(schema, kind) if each is not thing)
                made = replace(wanted, schemas=(replace(schema, **{kind: others}),))
                told = [*differences(replace(wanted, schemas=(schema,)), made)]
                if not (thing.extension or is_unprinted(thing)):
                    assert [it for it in told if f".{thing.name}" in it and "missing" in it]
                    lacking += 1
    assert lacking > 15


def test_each_part_of_a_table_that_a_baseline_would_lack_is_told(
    adopted: Callable[[str], Adopted],
) -> None:
    wanted = adopted("each_thing_once").read
    parts = set[str]()
    for schema in wanted.schemas:
        for table in schema.relations:
            for part in fields(table):
                value = getattr(table, part.name)
                if value and isinstance(value, tuple):
                    others = [each for each in schema.relations if each is not table]
                    less = (*others, replace(table, **{part.name: value[1:]}))
                    made = replace(wanted, schemas=(replace(schema, relations=less),))
                    told = [*differences(replace(wanted, schemas=(schema,)), made)]
                    if part.name != "grants":  # to roles of the database's own, they are left out
                        assert told == [f"relation {schema.name}.{table.name}: {part.name}"]
                    parts.add(part.name)
    assert parts >= {"columns", "constraints", "indexes", "triggers", "policies", "partitions"}


def lines(dump: Dump, of: Adopted | None = None) -> list[str]:
    """Return the lines of a dump, but for what is left *of* it."""
    left = {each.replace('"', "") for each in of.left_out} if of else set[str]()
    return [
        line
        for (kind, schema, name), text in dump.items()
        # The bookkeeping of migrations is no part of it.
        if "alembic" not in {schema, name} and f"{kind.lower()} {schema}.{name}" not in left
        for line in text.splitlines()
    ]
