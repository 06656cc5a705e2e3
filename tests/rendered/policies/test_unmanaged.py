"""A table that is left to the database is declared once, with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from my_supabase_service.supabase import secure, unmanaged
from my_supabase_service.supabase.tables.policies import is_unmanaged


@pytest.fixture
def table() -> Table:
    return Table("orders", MetaData(), Column("id", Integer))


def test_it_is_declared_with_a_reason(table: Table) -> None:
    with pytest.raises(ValueError, match="orders: say because= of what"):
        unmanaged(table, because=" ")
    assert not is_unmanaged(table)

    unmanaged(table, because="row level security is off")

    assert is_unmanaged(table)


def test_it_is_declared_once(table: Table) -> None:
    """Else two files would say two things of who reaches it."""
    unmanaged(table, because="row level security is off")

    for again in (lambda: secure(table), lambda: unmanaged(table, because="as above")):
        with pytest.raises(ValueError, match="orders: it is declared twice"):
            again()
