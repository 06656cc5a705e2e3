"""Columns that get another type, with all that reads them; and what is computed from others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CHAR,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import (
    ARRAY,
    BIGINT,
    BIT,
    JSON,
    JSONB,
    TIMESTAMP,
    ExcludeConstraint,
)
from sqlalchemy.schema import SchemaItem
from tests.rendered.tools.changes.kinds import Kind, State, nothing, table


def read(type_: Any, default: str, condition: str, **info: Any) -> State:
    """Declare a column with a default, which a check and an index read."""
    name = '"Its kind"' if not info else "mine"
    said = condition.replace("x", name)

    def columns(t: str) -> list[SchemaItem]:
        made: Any = Enum("a", "1", name=f"{type_}_{t}") if isinstance(type_, str) else type_
        return [
            Column(name.strip('"'), made, server_default=text(default), info=info),
            CheckConstraint(said, name=f"ck_{t}"),
            Index(f"ix_{t}", "id", postgresql_where=text(said)),
        ]

    return table(columns)


def computed(type_: Any, *names: str, is_computed: bool = True) -> State:
    """Declare columns of one type, and their sum, which an index and a check read."""

    def columns(t: str) -> list[SchemaItem]:
        total = [Computed(" + ".join(names), persisted=True)] if is_computed else []
        return [
            *(Column(name, type_) for name in names),
            Column("y", type_, *total),
            Index(f"ix_{t}", "y"),
            CheckConstraint("y > 0", name=f"ck_{t}"),
        ]

    return table(columns)


def referring(type_: Any, other: Any = None) -> State:
    def declare(metadata: MetaData, t: str) -> None:
        Table(f"{t}_one", metadata, Column("id", type_, primary_key=True, autoincrement=False))
        key = ForeignKey(f"{t}_one.id", name=f"fk_{t}")
        Table(t, metadata, Column("one_id", other or type_, key))

    return declare


def excluded(*values: str, **info: Any) -> State:
    """Declare a column of an enum whose last value an exclusion and a generated column name."""

    def columns(t: str) -> list[SchemaItem]:
        last = f"mood = '{values[-1]}'"
        mood = Enum(*values, name=f"mood_{t}")
        return [
            Column("mood", mood, info={"renamed_values": info}),
            Column("is_last", Boolean, Computed(last, persisted=True)),
            ExcludeConstraint(("id", "="), where=text(last), using="btree", name=f"ex_{t}"),
        ]

    return table(columns)


def no_more(type_: Any, default: str | None = None, *, is_computed: bool) -> State:
    """Declare a column of another type that is computed, or has a default instead."""
    computed = [Computed("id + 1", persisted=True)] if is_computed else []
    return table(lambda _: [Column("y", type_, *computed, server_default=default)])


def in_a_circle(metadata: MetaData, t: str) -> None:
    """Declare tables that refer to each other, and one of them to itself."""
    for one, other, last in ((f"{t}_a", f"{t}_b", True), (f"{t}_b", f"{t}_a", False)):
        key = ForeignKey(f"{other}.id", name=f"fk_{one}", use_alter=last)
        own = ForeignKey(f"{one}.id", name=f"fo_{one}")
        columns = [Column("id", Integer, primary_key=True), Column("own_id", Integer, own)]
        Table(one, metadata, *columns, Column("other_id", Integer, key))


def read_values(*values: str, **info: Any) -> State:
    """Declare a column of an enum whose last value a default, a check and an index name."""

    def columns(t: str) -> list[SchemaItem]:
        last = f"mood = '{values[-1]}'"
        mood = Enum(*values, name=f"mood_{t}")
        return [
            Column("mood", mood, server_default=values[-1], info={"renamed_values": info}),
            CheckConstraint(f"{last} or id > 0", name=f"ck_{t}"),
            Index(f"ix_{t}", "id", postgresql_where=text(last)),
        ]

    return table(columns)


def column(type_: Any) -> State:
    return table(lambda _: [Column("x", type_)])


KINDS = [
    Kind(
        "another_type",
        none=read(Text, "'1'", "x <> 'b'"),
        one=read(Integer, "1", "x > 0"),
        other=read("mood", "'a'", "x <> '1'"),
        added=(
            'alter table {t} alter column "Its kind" drop default',
            '# Rows whose "Its kind" cannot be read as INTEGER would stop this.',
            "postgresql_using='\"Its kind\"::INTEGER'",
        ),
        changed=("postgresql_using='\"Its kind\"::text::mood_{t}'",),
    ),
    Kind(
        "another_enum",
        none=read("kind", "'a'", "x = 'a'"),
        one=read("mood", "'1'", "x = 'a'"),
        other=read(Text, "'a'", "x = 'a'"),
        added=("create type mood_{t}", "drop type kind_{t}"),
    ),
    Kind(
        "values_renamed",
        none=nothing,
        one=read_values("a", "b", c="b"),
        other=read_values("a", "c", b="c"),
        changed=("alter type mood_{t} rename value 'b' to 'c'",),
    ),
    Kind(
        "another_type_for_json",
        none=table(lambda _: [Column("x", JSON, server_default="{}")]),
        one=table(lambda _: [Column("x", JSONB, server_default="{}")]),
        other=table(lambda _: [Column("x", Text, server_default="{}")]),
    ),
    Kind(
        "another_name_and_type",
        none=table(lambda _: [Column("x", Text, server_default="1")]),
        one=table(lambda _: [Column("y", Integer, comment="it", info={"was": "x"})]),
        other=table(lambda _: [Column("x", BIGINT, server_default="2", info={"was": "y"})]),
        added=("rename column x to y", "postgresql_using='y::INTEGER'", "comment='it'"),
        changed=("rename column y to x", "alter table {t} alter column x set default '2'"),
        # Without the hint it is another column.
        removed=("op.drop_column('{t}', 'y')",),
    ),
    Kind("an_array", none=column(Text), one=column(ARRAY(Text)), other=column(ARRAY(Integer))),
    Kind(
        "collation",
        none=column(Text),
        one=column(Text(collation="C")),
        other=column(String(9, collation="POSIX")),
    ),
    Kind("length", none=column(String(5)), one=column(String), other=column(ARRAY(String(5)))),
    Kind("length_in_an_array", none=column(ARRAY(CHAR)), one=column(ARRAY(CHAR(2))), other=nothing),
    Kind(
        "moment", none=column(TIMESTAMP), one=column(TIMESTAMP(precision=0)), other=column(BIT(3))
    ),
    Kind("precision", none=column(Numeric(9, 2)), one=column(Numeric), other=column(Numeric(9))),
    Kind(
        "what_is_computed_from",
        none=computed(Integer, "n"),
        one=computed(BIGINT, "n"),
        other=computed(BIGINT, "n", "m"),
        added=("# Postgres computes y of every row anew", "op.drop_column('{t}', 'y')"),
    ),
    Kind(
        "computed_no_more",
        none=computed(Integer, "n", "m"),
        one=computed(Integer, "n", is_computed=False),
        other=table(lambda _: []),
        added=("alter table {t} alter column y drop expression", "op.drop_column('{t}', 'm')"),
    ),
    Kind(
        "computed_and_gone",
        none=computed(Integer, "a", "b"),
        one=table(lambda _: []),
        other=computed(Integer, "b", "a"),
    ),
    Kind(
        "key_of_another_type",
        none=referring(Integer),
        one=referring(Uuid),
        other=referring(Text),
        added=("alter table {t} drop constraint fk_{t}", "postgresql_using='id::text::UUID'"),
    ),
    Kind(
        "values_renamed_in_an_exclusion",
        none=nothing,
        one=excluded("a", "b", c="b"),
        other=excluded("a", "c", b="c"),
        changed=("alter type mood_{t} rename value 'b' to 'c'",),
    ),
    Kind(
        "computed_no_more_and_another_type",
        none=no_more(Integer, is_computed=True),
        one=no_more(Text, "none", is_computed=False),
        other=table(lambda _: []),
    ),
    Kind("read_as_a_number", none=column(JSONB), one=column(Integer), other=nothing),
    Kind(
        "in_a_circle",
        none=nothing,
        one=in_a_circle,
        other=table(lambda _: []),
        added=("op.create_foreign_key('fk_{t}_a', '{t}_a', '{t}_b'",),
        removed=("alter table {t}_a drop constraint fk_{t}_a",),
    ),
]
