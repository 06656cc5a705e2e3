"""Types, values of enums, and defaults."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Column, Date, Enum, Integer, String, TypeDecorator, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.types import UserDefinedType
from tests.rendered.tools.changes.kinds import Kind, State, nothing, table

from my_supabase_service.supabase import AsText


class Money(UserDefinedType[str]):
    """As a package for SQLAlchemy brings one."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "money"


class Trimmed(TypeDecorator[str]):
    """As a project makes one."""

    impl = String
    cache_ok = True


def column(type_: Any, **options: Any) -> State:
    """Declare a table with one column `x`."""
    return table(lambda _: [Column("x", type_, **options)])


def enum(*values: str, **options: Any) -> State:
    return table(lambda t: [Column("kind", Enum(*values, name=f"kind_{t}"), **options)])


default = partial(column, Integer)
DEFAULTS = [
    Kind(
        "default",
        none=default(),
        one=default(server_default="1"),
        other=default(server_default=text("2 + 3")),
        added=("alter table {t} alter column x set default '1'",),
        changed=("alter table {t} alter column x set default 2 + 3",),
        removed=("alter table {t} alter column x drop default",),
    ),
    Kind(
        "default_of_json",
        none=column(JSON),
        one=column(JSON, server_default='{"a": ":b"}'),
        other=column(JSON, server_default=text("json_build_object('c', now())")),
        changed=("alter table {t} alter column x set default json_build_object('c', now())",),
    ),
    Kind(
        "default_date",
        none=column(Date),
        one=column(Date, server_default=text("current_date")),
        other=column(Date, server_default=text("current_date + 1")),
        changed=("alter table {t} alter column x set default current_date + 1",),
    ),
]

ENUMS = [
    Kind(
        "enum",
        none=nothing,
        one=enum("a", "c"),
        other=enum("a", "b's", "b2", "c", "d"),
        added=(
            "create type kind_{t} as enum ('a', 'c')",
            "sa.Enum('a', 'c', name='kind_{t}', create_type=False)",
        ),
        changed=(
            "alter type kind_{t} add value if not exists 'b''s' before 'c'",
            "alter type kind_{t} add value if not exists 'b2' before 'c'",
            "alter type kind_{t} add value if not exists 'd'\"",
        ),
        removed=("drop type kind_{t}",),
        no_way_back=("changed",),
        not_there=("reversed",),
    ),
    Kind(
        "enum_value_as_default",
        none=enum("a"),
        one=enum("a", "b", server_default="b"),
        other=enum("z", "a", "b", server_default="z"),
        added=(
            "alter type kind_{t} add value if not exists 'b'",
            "alter table {t} alter column kind set default 'b'",
        ),
        no_way_back=("added", "changed"),
        not_there=("removed", "reversed"),
    ),
    Kind(
        "enum_renamed",
        none=nothing,
        one=enum("a", "b", info={"renamed_values": {"c": "b"}}),
        other=enum("a", "c", info={"renamed_values": {"b": "c"}}),
        changed=("alter type kind_{t} rename value 'b' to 'c'",),
    ),
    Kind(
        "enum_of_a_column",
        none=table(lambda _: []),
        one=enum("a"),
        other=enum("a", "b"),
        added=("create type kind_{t} as enum ('a')", "op.add_column('{t}'"),
        removed=("op.drop_column('{t}', 'kind')", "drop type kind_{t}"),
        no_way_back=("changed",),
        not_there=("reversed",),
    ),
]

TYPES = [
    Kind(
        "type_of_the_front_door",
        none=nothing,
        one=column(AsText("point")),
        other=table(lambda _: [Column("x", AsText("point")), Column("y", ARRAY(AsText("line")))]),
        added=("sa.Column('x', AsText('point')",),
        changed=("sa.Column('y', postgresql.ARRAY(AsText('line'))",),
    ),
    Kind(
        "type_of_another_package",
        none=nothing,
        one=column(Money()),
        other=table(lambda _: [Column("x", Money()), Column("y", Trimmed(7))]),
        added=("sa.Column('x', tests.rendered.tools.changes.columns.Money()",),
        changed=("sa.Column('y', sa.String(length=7)",),
    ),
]

KINDS = [*TYPES, *DEFAULTS, *ENUMS]
