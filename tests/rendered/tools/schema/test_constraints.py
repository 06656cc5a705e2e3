"""Keys, checks and exclusions are found as they were written."""

from __future__ import annotations

from tests.rendered.tools.schema.reading import named

from my_supabase_service.tools.schema.catalogue import Catalogue, Schema
from my_supabase_service.tools.schema.relations import Constraint

ORDERS = ("Shop", "orders")
CONSTRAINTS = (
    Constraint(
        "above",
        "foreign",
        ("parent", "parent_line"),
        'FOREIGN KEY (parent, parent_line) REFERENCES "Shop".orders(id, line) MATCH FULL'
        " ON DELETE RESTRICT DEFERRABLE",
        target=ORDERS,
        target_columns=("id", "line"),
        on_delete="restrict",
        match_full=True,
        deferrable=True,
    ),
    Constraint(
        "apart",
        "exclusion",
        ("during",),
        "EXCLUDE USING gist (during WITH &&) WHERE ((line > 0))",
    ),
    Constraint(
        "buyer",
        "foreign",
        ("customer",),
        'FOREIGN KEY (customer) REFERENCES "Shop".customers(id) ON UPDATE CASCADE'
        " ON DELETE SET NULL",
        target=("Shop", "customers"),
        target_columns=("id",),
        on_update="cascade",
        on_delete="set null",
        comment="Who pays",
    ),
    Constraint(
        "later",
        "check",
        ("line",),
        "CHECK ((line < 1000)) NOT VALID",
        expression="(line < 1000)",
        validated=False,
    ),
    Constraint(
        "once",
        "unique",
        ("customer", "line"),
        "UNIQUE NULLS NOT DISTINCT (customer, line) DEFERRABLE INITIALLY DEFERRED",
        nulls_not_distinct=True,
        deferrable=True,
        deferred=True,
    ),
    Constraint(
        "orders_pk",
        "primary",
        ("id", "line"),
        "PRIMARY KEY (id, line) INCLUDE (amount)",
        include=("amount",),
        options=("fillfactor=70",),
    ),
    Constraint(
        "positive",
        "check",
        ("amount",),
        "CHECK ((amount > (0)::numeric)) NO INHERIT",
        expression="(amount > (0)::numeric)",
        no_inherit=True,
    ),
    Constraint(
        "part",
        "foreign",
        ("id", "line"),
        'FOREIGN KEY (id, line) REFERENCES "Shop".orders(id, line) ON DELETE SET NULL (line)',
        target=ORDERS,
        target_columns=("id", "line"),
        on_delete="set null",
        on_delete_columns=("line",),
    ),
)


def test_each_constraint_is_what_was_written(shop: Schema) -> None:
    found = named(shop, "orders").constraints

    # Since Postgres 18 each column of a primary key has a not-null with a name.
    assert {it.name: it for it in found if it.kind != "not null"} == {
        it.name: it for it in CONSTRAINTS
    }


def test_a_not_null_has_a_name_since_18(shop: Schema, catalogue: Catalogue) -> None:
    found = [it for it in named(shop, "orders").constraints if it.kind == "not null"]

    assert [(it.name, it.columns) for it in found] == (
        [("orders_id_not_null", ("id",)), ("orders_line_not_null", ("line",))]
        if catalogue.server_version >= 180_000
        else []
    )


def test_a_key_to_a_partitioned_table_is_one_key(shop: Schema) -> None:
    """Postgres keeps another one for each partition that it may refer to."""
    keys = [it for it in named(shop, "tickets_of_events").constraints if it.kind == "foreign"]

    assert [key.target for key in keys] == [("Shop", "events")]


def test_a_partition_has_the_keys_of_its_parent(shop: Schema) -> None:
    [partition] = named(shop, "events").partitions

    assert {it.kind: it.inherited for it in partition.constraints if it.kind != "not null"} == {
        "primary": True,
        "foreign": True,
    }
