"""Keys that count by themselves, and get a type that nothing counts in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Identity, Integer, MetaData, Table, Uuid, text
from sqlalchemy.schema import SchemaItem
from tests.rendered.tools.changes.kinds import Kind, State, nothing


def keyed(type_: Any, *counts: SchemaItem, default: str | None = None) -> State:
    """Declare a table whose key is of this type, and counts or not."""

    def declare(metadata: MetaData, t: str) -> None:
        said = text(default) if default else None
        key: Column[Any] = Column("id", type_, *counts, primary_key=True, server_default=said)
        Table(t, metadata, key)

    return declare


KINDS = [
    Kind(
        "key_that_counts_no_more",
        none=keyed(Integer),
        one=keyed(Uuid, default="gen_random_uuid()"),
        other=keyed(Integer, Identity()),
        added=("drop sequence {t}_id_seq", "set default gen_random_uuid()"),
        changed=("alter table {t} alter column id drop default",),
        # What is to count again has to say how, as `other` does.
        not_there=("removed",),
    ),
    Kind(
        "identity_no_more",
        none=keyed(Integer, Identity()),
        one=keyed(Uuid),
        other=nothing,
        added=("alter table {t} alter column id drop identity",),
    ),
]
