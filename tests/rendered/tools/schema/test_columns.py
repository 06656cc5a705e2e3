"""Columns and fields are found as they were written."""

from __future__ import annotations

from typing import Any

from tests.rendered.tools.schema.reading import named

from my_supabase_service.tools.schema.catalogue import Schema
from my_supabase_service.tools.schema.relations import Column, Identity, TypeName

BIGGEST = 2**63 - 1


def of(schema: str, name: str, sql: str, *modifiers: str, **rest: Any) -> TypeName:
    return TypeName(schema, name, modifiers, sql=sql, **rest)


def plain(name: str, sql: str, *modifiers: str, **rest: Any) -> TypeName:
    return of("pg_catalog", name, sql, *modifiers, **rest)


def numbers(  # noqa: PLR0913  # each is something that was written
    start: int, increment: int, maximum: int, cache: int, *, always: bool, sequence: str
) -> Identity:
    return Identity(always, start, increment, 1, maximum, cache, cycle=False, sequence=sequence)


COLUMNS = (
    Column(
        "id",
        plain("int8", "bigint"),
        nullable=False,
        identity=numbers(100, 10, BIGGEST, 3, always=True, sequence='"Shop".customers_id_seq'),
    ),
    Column(
        "Number",
        plain("int4", "integer"),
        nullable=False,
        identity=numbers(
            1, 1, 2**31 - 1, 1, always=False, sequence='"Shop"."customers_Number_seq"'
        ),
    ),
    Column(
        "legacy",
        plain("int4", "integer"),
        nullable=False,
        default="nextval('\"Shop\".customers_legacy_seq'::regclass)",
        owned_sequence='"Shop".customers_legacy_seq',
    ),
    Column("email", of("Shop", "email", '"Shop".email', kind="domain")),
    Column(
        "name",
        plain("varchar", "character varying(40)", "40"),
        default="'it''s'::character varying",
        collation='"C"',
        storage="external",
        compression="pglz",
        statistics=500,
        options=("n_distinct=-1",),
        comment="As they say it",
    ),
    Column(
        "moods",
        of("Shop", "mood", '"Shop".mood[]', kind="enum", dimensions=1),
        nullable=False,
        default="'{}'::\"Shop\".mood[]",
    ),
    Column("grid", plain("int4", "integer[]", dimensions=2)),
    Column("price", of("Shop", "price", '"Shop".price', kind="composite")),
    Column("tags", of("other", "tags", "other.tags", kind="domain")),
    Column("spans", of("Shop", "spans", '"Shop".spans', kind="multirange")),
    Column(
        "since",
        plain("timestamptz", "timestamp(3) with time zone", "3"),
        default="'2019-12-31 22:00:00+00'::timestamp with time zone",
    ),
    Column(
        "took",
        plain("interval", "interval day to second(2)", "2"),
        default="'1 day 02:03:00'::interval day to second(2)",
    ),
    Column("raw", plain("bytea", "bytea"), default="'\\xff'::bytea"),
    Column("lower_name", plain("text", "text"), generated="lower((name)::text)"),
)


def test_each_column_is_what_was_written(shop: Schema) -> None:
    """In any language and time zone of the session: a default is printed the same everywhere."""
    found = named(shop, "customers").columns

    assert {column.name: column for column in found} == {it.name: it for it in COLUMNS}
    assert [column.name for column in found] == [column.name for column in COLUMNS]


def test_a_field_is_a_column(shop: Schema) -> None:
    [price] = shop.composites

    assert price.fields == (
        Column("amount", plain("numeric", "numeric(10,2)", "10", "2")),
        Column("currency", plain("bpchar", "character(3)", "3"), collation='"C"'),
    )


def test_a_column_of_a_parent_is_told_from_its_own(shop: Schema) -> None:
    child = named(shop, "child")

    assert child.inherits == (("Shop", "tickets_of_events"),)
    assert [(it.name, it.inherited) for it in child.columns] == [
        ("id", True),
        ("at", True),
        ("own", False),
    ]
