"""Primary keys, unique constraints, foreign keys, and what is said of constraints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from tests.rendered.tools.changes.kinds import Kind, State, nothing

Make = Callable[[str], Constraint]

SAID = "it's 5% of :one"


def keyed(*constraints: Make, other: Make | None = None) -> State:
    """Declare a table with *constraints*, beside one that it may refer to if that has a key."""

    def declare(metadata: MetaData, t: str) -> None:
        if other:
            Table(f"{t}_other", metadata, *columns(), other(t))
        Table(t, metadata, *columns(), *[make(t) for make in constraints])

    return declare


def columns() -> list[Column[int]]:
    names = ("id", "a", "b")
    return [Column(name, Integer, nullable=False, autoincrement=False) for name in names]


def key(*names: str, name: str = "pk", **options: Any) -> Make:
    return lambda t: PrimaryKeyConstraint(*names, name=f"{name}_{t}", **options)


def unique(*names: str, name: str = "uq", **options: Any) -> Make:
    return lambda t: UniqueConstraint(*names, name=f"{name}_{t}", **options)


def check(condition: str = "a > 0", **options: Any) -> Make:
    return lambda t: CheckConstraint(condition, name=f"ck_{t}", **options)


def foreign(name: str = "fk", **options: Any) -> Make:
    """Refer to the other table by two columns."""

    def make(t: str) -> Constraint:
        there = [f"{t}_other.a", f"{t}_other.b"]
        return ForeignKeyConstraint(["a", "b"], there, name=f"{name}_{t}", **options)

    return make


def excluded(t: str) -> Constraint:
    return ExcludeConstraint(("a", "="), using="btree", name=f"ex_{t}")


def with_comments(comment: str | None, condition: str = "a > 0") -> State:
    said: dict[str, Any] = {"comment": comment}
    of_both = [unique("a", "b", **said), check(condition, **said), foreign(**said)]
    return keyed(key("id", **said), *of_both, other=key("a", "b", name="po"))


def new_table(comment: str) -> State:
    """Declare one with all that Alembic does not write, or does not know of when it is dropped."""
    return keyed(
        key("id", postgresql_include=["b"], comment=comment),
        unique("b", deferrable=True, initially="DEFERRED", comment=comment),
        check(comment=comment),
        foreign(comment=comment),
        excluded,
        other=key("a", "b", name="po"),
    )


def referring(*made: Make) -> State:
    return keyed(*made, other=key("a", "b", name="po"))


KINDS = [
    Kind(
        "primary_key",
        none=referring(foreign()),
        one=keyed(key("id", deferrable=True), foreign(), other=key("b", "a", name="po")),
        other=keyed(
            key("b", "id", name="px", postgresql_include=["a"]),
            foreign(),
            other=key("b", "a", name="px_other"),
        ),
        added=(
            "alter table {t} add constraint pk_{t} PRIMARY KEY (id) DEFERRABLE",
            "alter table {t} drop constraint fk_{t}",
            "alter table {t}_other drop constraint po_{t}",
            "alter table {t}_other add constraint po_{t} PRIMARY KEY (b, a)",
            "alter table {t} add constraint fk_{t} FOREIGN KEY (a, b) REFERENCES {t}_other(a, b)",
        ),
        changed=(
            "alter table {t} drop constraint pk_{t}",
            "alter table {t} add constraint px_{t} PRIMARY KEY (b, id) INCLUDE (a)",
            "alter table {t}_other rename constraint po_{t} to px_other_{t}",
        ),
        removed=("alter table {t} drop constraint pk_{t}",),
    ),
    Kind(
        "unique",
        none=keyed(unique("a", "b"), foreign(), other=unique("a", "b", name="uo")),
        one=keyed(unique("b", "a", deferrable=True), foreign(), other=unique("a", "b", name="ux")),
        other=keyed(
            unique("b", "a", initially="DEFERRED", postgresql_include=["id"]),
            foreign(),
            other=unique("b", "a", name="uy"),
        ),
        added=(
            "alter table {t} add constraint uq_{t} UNIQUE (b, a) DEFERRABLE",
            "alter table {t}_other rename constraint uo_{t} to ux_{t}",
        ),
        changed=(
            "UNIQUE (b, a) INCLUDE (id) INITIALLY DEFERRED",
            "alter table {t} drop constraint fk_{t}",
            "alter table {t}_other add constraint uy_{t} UNIQUE (b, a)",
        ),
    ),
    Kind(
        "foreign_key",
        none=referring(foreign()),
        one=referring(foreign("fx", comment=SAID)),
        other=referring(foreign("fx", match="FULL", comment=SAID), foreign("fy", match="FULL")),
        added=("alter table {t} rename constraint fk_{t} to fx_{t}",),
        changed=(
            "REFERENCES {t}_other (a, b) MATCH FULL",
            "alter table {t} add constraint fy_{t} FOREIGN KEY",
        ),
    ),
    Kind(
        "tables_with_keys",
        none=nothing,
        one=new_table(SAID),
        other=keyed(key("id")),
        added=("sa.PrimaryKeyConstraint('id', name='pk_{t}', postgresql_include=['b'])",),
        changed=("op.drop_table('{t}_other')",),
        removed=("op.drop_table('{t}')", "op.drop_table('{t}_other')"),
    ),
    Kind(
        "comment_on_a_constraint",
        none=with_comments(None),
        one=with_comments(SAID),
        other=with_comments("two\n lines", "a > 1"),
        added=tuple(
            rf"comment on constraint {kind}_{{t}} on {{t}} is 'it''s 5% of \\:one'"
            for kind in ("pk", "uq", "ck", "fk")
        ),
        removed=("comment on constraint ck_{t} on {t} is null",),
    ),
]
