"""What `docs/queries.md` shows, run line by line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from textwrap import indent
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tests.rendered.docs.blocks import blocks
from tests.rendered.memos.model import Memo

from my_supabase_service.supabase import Base, service_transaction


class Shop(Base):
    __abstract__ = True
    metadata = sa.MetaData()


class Order(Shop):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    lines: Mapped[list[Line]] = relationship()


class Line(Shop):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    product: Mapped[str]


TABLES = """
    create table orders (id int primary key, name text);
    create table lines (id int primary key, order_id int references orders, product text);
    grant select on orders, lines to service_role;
    insert into orders values (1, 'party'); insert into lines values (1, 1, 'tea'), (2, 1, 'cake');
    insert into memos (owner_id, title)
    select id, title from auth.users, unnest('{milk, tea, "oat milk"}'::text[]) title
    where email like 'alice@%'
"""


@pytest.fixture
async def session(
    state: Mapping[str, Any], sql: asyncpg.Connection[asyncpg.Record]
) -> AsyncGenerator[AsyncSession]:
    await sql.execute(TABLES)
    async with service_transaction(state["database"], reason="a proof") as session:
        yield session


async def test_the_page_does_what_it_says(
    root: Path, session: AsyncSession, capsys: pytest.CaptureFixture[str]
) -> None:
    memos = (await session.scalars(sa.select(Memo).order_by(Memo.id))).all()
    memo = memos[0]
    user = SimpleNamespace(user_id=memo.owner_id)
    names: dict[str, Any] = {"session": session, "user": user, "cursor": None, "limit": 2}
    names |= {"Note": Memo, "Order": Order, "note_id": memo.id}
    results: list[dict[str, Any]] = []
    for block in blocks(root / "docs" / "queries.md"):
        body = indent(block.text.replace("..supabase", "my_supabase_service.supabase"), "    ")
        exec(f"async def block():\n{body}    return locals()", names)  # noqa: S102
        results.append(await names["block"]())
        names |= results[-1]

    first, second, _, last = results
    assert (first["note"], first["many"]) == (memo, 2)
    assert len(first["page"].items) == 2
    assert [each.title for each in second["page"].items] == ["milk"]
    assert [line["product"] for line in last["page"].items] == ["cake", "tea"]
    assert capsys.readouterr().out.splitlines() == [
        *(each.title for each in memos),
        "2",
        "[('tea', 'party'), ('cake', 'party')]",
    ]
