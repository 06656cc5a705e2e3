"""Types and sequences are found as they were written."""

from __future__ import annotations

from tests.rendered.tools.schema.test_columns import plain

from my_supabase_service.tools.schema.catalogue import (
    Catalogue,
    Domain,
    DomainCheck,
    Enum,
    Range,
    Schema,
    Sequence,
)
from my_supabase_service.tools.schema.relations import GrantFound


def test_enums_of_one_name_are_two(catalogue: Catalogue) -> None:
    """Their values are in the order in which Postgres sorts them."""
    found = [enum for schema in catalogue.schemas for enum in schema.enums]

    assert found == [
        Enum("Shop", "mood", ("sad", "it's", "über"), comment="How they feel"),
        Enum("other", "mood", ("b", "c", "a")),
    ]


def test_a_domain_has_its_rules(catalogue: Catalogue) -> None:
    assert [domain for schema in catalogue.schemas for domain in schema.domains] == [
        Domain(
            "Shop",
            "email",
            plain("varchar", "character varying(200)", "200"),
            nullable=False,
            default="'nobody@example.com'::character varying",
            collation='"C"',
            checks=(DomainCheck("has_at", "((VALUE)::text ~~ '%@%'::text)"),),
        ),
        Domain("other", "tags", plain("text", "text[]", dimensions=1)),
    ]


def test_a_range_has_its_multirange(shop: Schema) -> None:
    assert shop.ranges == (
        Range(
            "Shop",
            "span",
            plain("float8", "double precision"),
            '"Shop".spans',
            subtype_diff="float8mi",
        ),
    )


def test_a_sequence_is_alone_or_of_a_column_but_not_an_identity(shop: Schema) -> None:
    serial = Sequence(
        "Shop",
        "customers_legacy_seq",
        "integer",
        1,
        1,
        1,
        2**31 - 1,
        1,
        cycle=False,
        owned_by=("Shop", "customers", "legacy"),
    )
    alone = Sequence(
        "Shop",
        "tickets",
        "smallint",
        10,
        -2,
        -100,
        20,
        5,
        cycle=True,
        grants=(GrantFound("authenticated", "usage"),),
    )

    assert shop.sequences == (serial, alone)
