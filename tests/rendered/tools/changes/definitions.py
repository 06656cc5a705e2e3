"""Checks, generated columns, indexes, exclusions and comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSRANGE, ExcludeConstraint
from sqlalchemy.schema import SchemaItem
from tests.rendered.tools.changes.columns import column
from tests.rendered.tools.changes.kinds import Kind, State, table


def beside(make: Callable[[str], SchemaItem] | None = None) -> State:
    """Declare a table with some columns, and what *make* makes beside them."""

    def things(t: str) -> list[SchemaItem]:
        columns = [Column("n", Integer), Column("title", Text), Column("during", TSRANGE)]
        return [*columns, *([make(t)] if make else [])]

    return table(things)


def check(condition: str) -> State:
    return beside(lambda t: CheckConstraint(condition, name=f"ck_{t}"))


def index(*keys: Any, **options: Any) -> State:
    return beside(lambda t: Index(f"ix_{t}", *keys, **options))


def generated(expression: str) -> State:
    return table(
        lambda t: [
            Column("n", Integer),
            Column("x", Integer, Computed(expression, persisted=True)),
            Index(f"ix_{t}", "x"),
        ]
    )


def exclusion(*elements: Any, **options: Any) -> State:
    return beside(lambda t: ExcludeConstraint(*elements, name=f"ex_{t}", **options))


CHECKS = [
    Kind(
        "check",
        none=beside(),
        one=check("n > 0"),
        other=check(r"n > 1 and title <> '\:a'"),
        added=(
            "# Every row is read, and the table locked meanwhile. If it is large: add this",
            "alter table {t} add constraint ck_{t} check (n > 0)",
        ),
        changed=(
            "alter table {t} drop constraint ck_{t}",
            r"alter table {t} add constraint ck_{t} check (n > 1 and title <> '\\:a')",
        ),
        removed=("alter table {t} drop constraint ck_{t}",),
    ),
]

GENERATED = [
    Kind(
        "generated",
        none=table(lambda _: [Column("n", Integer), Column("x", Integer)]),
        one=generated("n + 1"),
        other=generated("n + 2"),
        added=("# What x holds is lost: Postgres computes it of every row, and the table",),
        changed=(
            "# Postgres computes x of every row anew: the table is rewritten, and locked until",
            "op.drop_column('{t}', 'x')",
            "sa.Computed('n + 2', persisted=True)",
            "CREATE INDEX ix_{t} ON public.{t} USING btree (x)",
        ),
        removed=("alter table {t} alter column x drop expression",),
    ),
]

INDEXES = [
    Kind(
        "index",
        none=beside(),
        one=index("title", text("n desc")),
        other=index("title", text("n desc nulls last"), unique=True),
        changed=(
            "op.drop_index('ix_{t}', table_name='{t}')",
            "op.create_index('ix_{t}', '{t}', ['title', sa.literal_column('n desc nulls last')]",
        ),
    ),
    Kind(
        "index_of_an_expression",
        none=beside(),
        one=index(text("lower(title)")),
        other=index(text("upper(title)")),
        changed=("op.create_index('ix_{t}', '{t}', [sa.literal_column('upper(title)')]",),
    ),
    Kind(
        "index_of_some_rows",
        none=beside(),
        one=index("n", postgresql_where=text("title is not null")),
        other=index("n", postgresql_where=text("title is not null and n > 5")),
        changed=("postgresql_where=sa.text('title is not null and n > 5')",),
    ),
    Kind(
        "index_by_another_operator_class",
        none=beside(),
        one=index("title"),
        other=index("title", postgresql_ops={"title": "text_pattern_ops"}),
        changed=("postgresql_ops={{'title': 'text_pattern_ops'}}",),
    ),
]

EXCLUSIONS = [
    Kind(
        "exclusion",
        none=beside(),
        one=exclusion(("during", "&&")),
        other=exclusion(("during", "&&"), where=text("n > 0")),
        added=("alter table {t} add constraint ex_{t} EXCLUDE USING gist (during WITH &&)",),
        changed=(
            "alter table {t} drop constraint ex_{t}",
            "EXCLUDE USING gist (during WITH &&) WHERE (n > 0)",
        ),
        removed=("alter table {t} drop constraint ex_{t}",),
    ),
]

COMMENTS = [
    Kind(
        "comment_on_a_column",
        none=column(Integer),
        one=column(Integer, comment="how many: 5%"),
        other=column(Integer, comment="how much"),
        changed=("comment='how much'",),
    ),
    Kind(
        "comment_on_a_table",
        none=table(lambda _: []),
        one=table(lambda _: [], comment="it's one"),
        other=table(lambda _: [], comment="another"),
        changed=("op.create_table_comment(",),
    ),
]


def named(name: str, **hint: Any) -> State:
    return table(
        lambda t: [
            Column(name, Integer, **hint),
            Index(f"ix_{t}_{name}", name),
            CheckConstraint(f"{name} > 0", name=f"ck_{t}"),
            UniqueConstraint(name, name=f"uq_{t}_{name}"),
            ForeignKeyConstraint([name], [f"{t}.{name}"], name=f"fk_{t}_{name}"),
        ]
    )


RENAMES = [
    Kind(
        "column_renamed",
        none=named("a"),
        one=named("b", info={"was": "a"}),
        other=named("c", info={"was": "b"}),
        added=(
            "alter table {t} rename column a to b",
            "alter table {t} rename constraint uq_{t}_a to uq_{t}_b",
            "alter table {t} rename constraint fk_{t}_a to fk_{t}_b",
        ),
        changed=("alter table {t} rename column b to c",),
        removed=("op.add_column('{t}', sa.Column('a'", "op.drop_column('{t}', 'b')"),
    ),
]

NULLS = [
    Kind(
        "not_null",
        none=table(lambda _: []),
        one=column(Integer, nullable=False),
        other=column(Integer),
        added=("# Rows that are there already get no x: where there are any, add it nullable,",),
        changed=("nullable=True",),
    ),
    Kind(
        "made_not_null",
        none=column(Integer),
        one=column(Integer, nullable=False),
        other=column(Integer, nullable=False, comment="never null"),
        added=("# Rows without x would stop this. Before it: update {t} set x = ...",),
    ),
]

KINDS = [*NULLS, *RENAMES, *CHECKS, *GENERATED, *INDEXES, *EXCLUSIONS, *COMMENTS]
