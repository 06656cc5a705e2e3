"""Tables, partitions and views are found as they were written."""

from __future__ import annotations

from tests.rendered.tools.schema.reading import named, read

from my_supabase_service.tools.schema.catalogue import Catalogue, Schema
from my_supabase_service.tools.schema.relations import Relation


def test_each_relation_is_of_its_kind(catalogue: Catalogue, shop: Schema) -> None:
    """Partitions stand below their parent, also those in another schema."""
    assert {relation.name: relation.kind for relation in shop.relations} == {
        "child": "table",
        "customers": "table",
        "events": "partitioned table",
        "orders": "table",
        "spenders": "view",
        "stock": "foreign table",
        "tickets_of_events": "table",
        "totals": "materialized view",
    }
    assert [it.name for it in catalogue.schemas if it.relations] == ["Shop"]


def test_partitions_are_below_their_parent(shop: Schema) -> None:
    events = named(shop, "events")
    [year] = events.partitions
    [rest] = year.partitions

    assert (events.partition_key, events.partition_bound) == ("RANGE (at)", None)
    assert (year.partition_of, year.partition_key) == (("Shop", "events"), "LIST (id)")
    assert year.partition_bound == "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
    assert (rest.schema, rest.partition_of) == ("other", ("Shop", "events_2026"))
    assert rest.partition_bound == "DEFAULT"
    assert year.inherits == rest.inherits == rest.partitions == ()


async def test_a_partition_whose_parent_was_not_asked_for_stands_alone(shop_url: str) -> None:
    [other] = (await read(shop_url, "other")).schemas

    assert [(it.name, it.partition_of) for it in other.relations] == [
        ("events_rest", ("Shop", "events_2026"))
    ]


def test_a_table_has_what_it_is_told_from_others_by(shop: Schema) -> None:
    def traits(relation: Relation) -> tuple[object, ...]:
        return (relation.comment, relation.options, relation.unlogged, relation.replica_identity)

    assert traits(named(shop, "customers")) == ("Who buys", (), False, "full")
    assert traits(named(shop, "orders")) == (None, ("fillfactor=80",), False, "default")
    assert traits(named(shop, "child")) == (None, (), True, "default")
    assert {relation.owner for relation in shop.relations} == {"postgres", "supabase_admin"}


def test_a_view_has_its_text(shop: Schema) -> None:
    spenders, totals = named(shop, "spenders"), named(shop, "totals")

    assert spenders.options == ("security_invoker=true", "security_barrier=true")
    assert spenders.definition
    assert 'AS "E-mail"\n   FROM "Shop".customers;' in spenders.definition
    assert totals.definition
    assert 'FROM "Shop".orders' in totals.definition
    assert [column.name for column in totals.columns] == ["customer", "sum"]


def test_a_foreign_table_has_its_server(shop: Schema) -> None:
    stock = named(shop, "stock")

    assert (stock.server, stock.options) == ("far", ("table_name=stock",))
    assert [(it.name, it.nullable, it.options) for it in stock.columns] == [
        ("id", False, ("column_name=nr",)),
        ("left_over", True, ()),
    ]
