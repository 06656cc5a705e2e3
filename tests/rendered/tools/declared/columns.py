"""Columns that change under what reads them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Computed, Integer, MetaData, Table
from tests.rendered.tools.changes.kinds import Kind, State, nothing
from tests.rendered.tools.declared.views import SHOWN

from my_supabase_service.supabase.tables.functions import function
from my_supabase_service.supabase.tables.policies import Policy, secure
from my_supabase_service.supabase.tables.triggers import trigger
from my_supabase_service.supabase.tables.views import view


def read_by_all(name: str, type_: Any = Integer, sign: str = ">", **info: Any) -> State:
    """Declare a column that a view, a policy and a trigger read."""

    def declare(metadata: MetaData, t: str) -> None:
        key = Column("id", Integer, primary_key=True)
        table = Table(t, metadata, key, Column(name, type_, info=info))
        condition = f"{name} {sign} 1"
        secure(table, Policy("p", "select", using=condition), grants=SHOWN)
        view(f"{t}_v", f"select id from {t} where {condition}", grants=SHOWN, metadata=metadata)
        body = "begin return new; end"
        act = function(f"{t}_f", body, returns="trigger", language="plpgsql", metadata=metadata)
        options: dict[str, Any] = {"columns": [name], "when": f"new.{condition}"}
        trigger(table, f"{t}_t", "before", "update", function=act, metadata=metadata, **options)

    return declare


def computed(expression: str) -> State:
    """Declare a column that is computed, and read by a view and a policy."""

    def declare(metadata: MetaData, t: str) -> None:
        key = Column("id", Integer, primary_key=True)
        total = Column("total", Integer, Computed(expression, persisted=True))
        table = Table(t, metadata, key, Column("n", Integer), total)
        secure(table, Policy("p", "select", using="total > 1"), grants=SHOWN)
        view(f"{t}_v", f"select id, total from {t}", grants=SHOWN, metadata=metadata)

    return declare


def computed_by(argument: str) -> State:
    """Declare a new table that computes by a function whose argument is called as a column."""

    def declare(metadata: MetaData, t: str) -> None:
        options: dict[str, Any] = {"volatility": "immutable", "metadata": metadata}
        body = f"select {argument} + 1"
        function(f"{t}_f", body, arguments={argument: "int"}, returns="int", **options)
        total = Column("total", Integer, Computed(f"({t}_f(n))::int", persisted=True))
        Table(t, metadata, Column("id", Integer, primary_key=True), Column("n", Integer), total)

    return declare


COLUMNS = [
    Kind(
        "renamed_under_all",
        none=read_by_all("first"),
        one=read_by_all("second", was="first"),
        other=read_by_all("third", BigInteger, "<", was="second"),
        added=("alter table {t} rename column first to second",),
        changed=("rename column second to third", "type_=sa.BigInteger()"),
    ),
    Kind(
        "computed_under_all",
        none=nothing,
        one=computed("n + 1"),
        other=computed("n + 2"),
        changed=("drop view public.{t}_v", "op.drop_column('{t}', 'total')"),
    ),
    Kind(
        "called_as_a_column",
        none=nothing,
        one=computed_by("n"),
        other=computed("n * 2"),
    ),
]
