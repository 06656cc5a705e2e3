"""Domains: what they add to the type below, and that they come and go with their columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Enum, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import SchemaItem
from tests.rendered.tools.changes.kinds import Kind, State, nothing, table

from my_supabase_service.supabase import Domain


def domains(name: str, condition: str, **options: Any) -> State:
    """Declare columns of one domain, of which one may be null, and one of a domain of text."""

    def columns(t: str) -> list[SchemaItem]:
        of: Any = Domain(f"d_{t}", Integer, **options)
        of_text: Any = Domain(f"t_{t}", Text, constraint_name=name, check=text(condition))
        return [Column("x", of), Column("y", of, nullable=False), Column("z", of_text)]

    return table(columns)


def of_an_enum(*values: str, in_an_array: bool = False) -> State:
    """Declare a table with a column of a domain of a domain of an enum."""

    def columns(t: str) -> list[SchemaItem]:
        inner: Any = Domain(f"i_{t}", Enum(*values, name=f"kind_{t}"), check=text("value <> 'b'"))
        of: Any = Domain(f"d_{t}", inner)
        return [Column("x", of), *([Column("xs", ARRAY(inner))] if in_an_array else [])]

    return table(columns)


KINDS = [
    Kind(
        "domain",
        none=table(lambda _: []),
        one=domains("one", "value <> ''", check="value > 0", default="1"),
        other=domains(
            "two",
            r"value <> '' and value not like '\:a%'",
            check="value > 1",
            default=text("2 + 3"),
            not_null=True,
        ),
        added=(
            "CREATE DOMAIN d_{t} AS INTEGER DEFAULT '1' CHECK (value > 0)",
            "sa.Column('x', Domain('d_{t}', sa.Integer(), create_type=False), nullable=True)",
        ),
        changed=(
            "alter domain d_{t} drop constraint d_{t}_check",
            "alter domain d_{t} set default 2 + 3",
            "# Rows without a value in a column of d_{t} would stop this.",
            "alter domain d_{t} set not null",
            "# Every row of each table that has a column of it is read,",
            "alter domain d_{t} add constraint d_{t}_check check (value > 1)",
            "alter domain t_{t} drop constraint one",
            r"alter domain t_{t} add constraint two check (value <> '' and value not like '\\:a%')",
        ),
        removed=("op.drop_column('{t}', 'x')", "drop domain d_{t}"),
    ),
    Kind(
        "domain_of_a_domain_of_an_enum",
        none=nothing,
        one=of_an_enum("a", "b"),
        other=of_an_enum("a", "b", in_an_array=True),
        added=("create type kind_{t}", "CREATE DOMAIN i_{t}", "CREATE DOMAIN d_{t}"),
        changed=("postgresql.ARRAY(Domain('i_{t}', sa.Enum('a', 'b', name='kind_{t}'",),
        removed=("drop domain d_{t}", "drop domain i_{t}", "drop type kind_{t}"),
    ),
]
