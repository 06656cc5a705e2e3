"""Indexes are found as they were written."""

from __future__ import annotations

from dataclasses import replace

from tests.rendered.tools.schema.reading import named

from my_supabase_service.tools.schema.catalogue import Schema
from my_supabase_service.tools.schema.relations import Index, IndexKey

INDEXES = (
    Index(
        "By name",
        "btree",
        unique=True,
        keys=(
            IndexKey(
                None,
                "lower(name::text)",
                opclass="text_pattern_ops",
                collation='"C"',
                descending=True,
            ),
            IndexKey("id", descending=True, nulls_first=False),
        ),
        include=("since",),
        predicate="(name IS NOT NULL)",
        nulls_not_distinct=True,
        options=("fillfactor=60",),
    ),
    Index(
        "by_collation",
        "btree",
        unique=False,
        keys=(IndexKey("name", collation='"POSIX"'), IndexKey("Number", nulls_first=True)),
    ),
    Index(
        "by_moods",
        "gin",
        unique=False,
        keys=(IndexKey("moods"),),
        options=("fastupdate=off",),
        comment="What they feel",
    ),
)


def test_each_index_is_what_was_written(shop: Schema) -> None:
    """One that a constraint made is not among them."""
    found = named(shop, "customers").indexes

    assert tuple(replace(index, definition="") for index in found) == INDEXES
    assert found[1].definition == (
        'CREATE INDEX by_collation ON "Shop".customers'
        ' USING btree (name COLLATE "POSIX", "Number" NULLS FIRST)'
    )


def test_a_materialized_view_has_indexes(shop: Schema) -> None:
    [index] = named(shop, "totals").indexes

    assert (index.name, index.unique) == ("totals_customer_idx", True)


def test_an_index_of_a_partition_is_told_from_its_own(shop: Schema) -> None:
    events = named(shop, "events")

    assert [(it.name, it.inherited) for it in events.indexes] == [("events_by_customer", False)]
    assert [it.inherited for it in events.partitions[0].indexes] == [True]
