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


OTHER = key("a", "b", name="pk_other")


def foreign_keys(*made: Make) -> State:
    return keyed(key("id"), *made, other=OTHER)


def with_comments(comment: str | None, *, other: Make = OTHER) -> State:
    said: dict[str, Any] = {"comment": comment}
    of_both = [key("id", **said), unique("a", "b", **said), check(**said), foreign(**said)]
    return keyed(*of_both, other=other)


def new_table(comment: str) -> State:
    """Declare one with all that Alembic does not write, or does not know of when it is dropped."""
    return keyed(
        key("id", postgresql_include=["b"], comment=comment),
        unique("b", deferrable=True, initially="DEFERRED", comment=comment),
        check(comment=comment),
        excluded,
    )


KEYS = [
    Kind(
        "primary_key",
        none=keyed(),
        one=keyed(key("id", deferrable=True)),
        other=keyed(key("b", "id", name="px", postgresql_include=["a"])),
        added=("alter table {t} add constraint pk_{t} PRIMARY KEY (id) DEFERRABLE",),
        changed=(
            "alter table {t} drop constraint pk_{t}",
            "alter table {t} add constraint px_{t} PRIMARY KEY (b, id) INCLUDE (a)",
        ),
        removed=("alter table {t} drop constraint pk_{t}",),
    ),
    Kind(
        "primary_key_that_is_referred_to",
        none=foreign_keys(foreign()),
        one=keyed(key("id"), foreign(), other=key("b", "a", name="pk_other")),
        other=keyed(key("id"), foreign(), other=key("b", "a", name="px_other")),
        added=(
            "alter table {t} drop constraint fk_{t}",
            "alter table {t}_other drop constraint pk_other_{t}",
            "alter table {t}_other add constraint pk_other_{t} PRIMARY KEY (b, a)",
            "alter table {t} add constraint fk_{t} FOREIGN KEY (a, b) REFERENCES {t}_other(a, b)",
        ),
        changed=("alter table {t}_other rename constraint pk_other_{t} to px_other_{t}",),
    ),
    Kind(
        "unique",
        none=keyed(unique("a", "b")),
        one=keyed(unique("b", "a", deferrable=True)),
        other=keyed(unique("b", "a", initially="DEFERRED", postgresql_include=["id"])),
        added=("alter table {t} add constraint uq_{t} UNIQUE (b, a) DEFERRABLE",),
        changed=("UNIQUE (b, a) INCLUDE (id) INITIALLY DEFERRED",),
    ),
    Kind(
        "unique_that_is_referred_to",
        none=keyed(foreign(), other=unique("a", "b")),
        one=keyed(foreign(), other=unique("a", "b", name="ux")),
        other=keyed(foreign(), other=unique("b", "a", name="uy")),
        added=("alter table {t}_other rename constraint uq_{t} to ux_{t}",),
        changed=(
            "alter table {t} drop constraint fk_{t}",
            "alter table {t}_other add constraint uy_{t} UNIQUE (b, a)",
        ),
    ),
    Kind(
        "tables_that_refer_to_others",
        none=keyed(key("id")),
        one=foreign_keys(foreign()),
        other=nothing,
        removed=("op.drop_table('{t}_other')",),
    ),
    Kind(
        "foreign_key",
        none=foreign_keys(),
        one=foreign_keys(foreign()),
        other=foreign_keys(foreign("fx")),
        changed=("alter table {t} rename constraint fk_{t} to fx_{t}",),
    ),
    Kind(
        "foreign_key_match",
        none=foreign_keys(foreign()),
        one=foreign_keys(foreign(match="FULL")),
        other=foreign_keys(foreign(match="FULL"), foreign("fx", match="FULL")),
        added=("REFERENCES {t}_other (a, b) MATCH FULL",),
        changed=("alter table {t} add constraint fx_{t} FOREIGN KEY",),
    ),
]

COMMENTS = [
    Kind(
        "comment_on_a_constraint",
        none=with_comments(None),
        one=with_comments(SAID),
        other=with_comments("two\n lines"),
        added=tuple(
            rf"comment on constraint {kind}_{{t}} on {{t}} is 'it''s 5% of \\:one'"
            for kind in ("pk", "uq", "ck", "fk")
        ),
        removed=("comment on constraint ck_{t} on {t} is null",),
    ),
    Kind(
        "comment_on_a_constraint_that_is_made_anew",
        none=keyed(check()),
        one=keyed(check("a > 1", comment=SAID)),
        other=keyed(check("a > 2", comment=SAID)),
    ),
    Kind(
        "comment_on_a_foreign_key_that_is_renamed",
        none=foreign_keys(foreign(comment=SAID)),
        one=foreign_keys(foreign("fx", comment=SAID)),
        other=foreign_keys(foreign(comment="other", ondelete="CASCADE")),
    ),
    Kind(
        "comment_on_a_constraint_of_a_new_table",
        none=nothing,
        one=new_table(SAID),
        other=new_table("other"),
        added=("sa.PrimaryKeyConstraint('id', name='pk_{t}', postgresql_include=['b'])",),
    ),
]

KINDS = [*KEYS, *COMMENTS]
