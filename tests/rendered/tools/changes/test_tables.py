"""A table gets another name, and keeps its rows, its policies and who may reach it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)
from tests.rendered.tools.changes.test_drift import execute, fetch

from my_supabase_service.supabase.tables.policies import Policy, secure

READS = Policy("read", "select", using="n > 0")
CATALOGUE = """
    select relrowsecurity, relacl::text, polname, pg_get_expr(polqual, polrelid),
        array(select conname from pg_constraint where conrelid = c.oid order by 1),
        array(select relname from pg_index join pg_class i on i.oid = indexrelid
            where indrelid = c.oid order by 1)
    from pg_class c join pg_policy on polrelid = c.oid where relname = '{}'
"""


def models(name: str, *, more: bool = False, schema: str | None = None, **info: Any) -> MetaData:
    metadata = MetaData()
    place = f"{schema}.{name}" if schema else name
    table = Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("n", Integer),
        Column("up", Integer, ForeignKey(f"{place}.id", name=f"fk_{name}_up")),
        UniqueConstraint("n", name=f"uq_{name}_n"),
        CheckConstraint("n < 9", name=f"ck_{name}_n"),
        Index(f"ix_{name}_up", "up"),
        schema=schema,
        info=info,
    )
    if more:
        table.append_column(Column("more", Integer))
    secure(table, READS, grants={"authenticated": "select"})
    return metadata


@pytest.mark.parametrize("schema", [None, 'Sales "26"'])
def test_a_table_is_renamed_with_all_that_is_named_after_it(
    project: Callable[[str, str], Any], schema: str | None
) -> None:
    made = project("16", f"renamed_{schema is None}".lower())
    old, new = ("cards", 'Card "s"') if schema else ("cards", "tasks")
    quoted = f'"Sales ""26""".{old}' if schema else old
    made.revise(models(old, schema=schema), "1 made")
    asyncio.run(execute(made.url, f"insert into {quoted} values (1, 1)"))
    (before,) = asyncio.run(fetch(made.url, CATALOGUE.format(old)))

    text = made.revise(models(new, more=True, schema=schema, was=old), "2 renamed")
    (after,) = asyncio.run(fetch(made.url, CATALOGUE.format(new)))

    assert "op.rename_table(" in text
    assert "more" not in text
    assert "drop_table" not in text
    assert str(after).replace(new, old) == str(before)
    made.revise(models(new, more=True, schema=schema, was=old), "3 the rest")
    assert made.complaint(models(new, more=True, schema=schema, was=old)) == ""
    assert made.complaint(models(new, more=True, schema=schema)) == ""
    made.act(models(old, schema=schema), "downgrade", "-2")
    assert asyncio.run(fetch(made.url, CATALOGUE.format(old))) == [before]
    assert asyncio.run(fetch(made.url, f"select id from {quoted}")) == [(1,)]


def test_a_name_that_another_model_has_is_not_taken_away(
    project: Callable[[str, str], Any],
) -> None:
    made = project("16", "renamed_none")
    made.revise(models("cards"), "1 made")
    both = models("cards")
    Table("tasks", both, Column("id", Integer, primary_key=True), info={"was": "cards"})

    text = made.revise(both, "2 another")

    assert "rename_table" not in text
    assert made.complaint(both) == ""
