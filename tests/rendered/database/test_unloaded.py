"""What was not loaded says what loads it, and nothing is sent that no `await` shows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload, undefer

from my_supabase_service.supabase import Base, query, service_transaction


class Library(Base):
    __abstract__ = True
    metadata = sa.MetaData()


class Crate(Library):
    __tablename__ = "crates"
    id: Mapped[int] = mapped_column(primary_key=True)
    history: Mapped[str] = mapped_column(deferred=True)
    bottles: Mapped[list[Bottle]] = relationship(back_populates="crate")


class Bottle(Library):
    __tablename__ = "bottles"
    id: Mapped[int] = mapped_column(primary_key=True)
    crate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crates.id"))
    crate: Mapped[Crate | None] = relationship(back_populates="bottles")


@pytest.fixture
async def session(
    state: Mapping[str, Any], sql: asyncpg.Connection[asyncpg.Record]
) -> AsyncGenerator[AsyncSession]:
    await sql.execute(
        "create table crates (id int primary key, history text);"
        "create table bottles (id int primary key, crate_id int references crates);"
        "insert into crates values (1, 'oak'); insert into bottles values (1, 1), (2, 1);"
        "grant all on crates, bottles to service_role"
    )
    async with service_transaction(state["database"], reason="a proof") as session:
        yield session


UNLOADED: list[tuple[str, type[Any], Callable[[Any], object]]] = [
    (r"Crate\.bottles .*options\(selectinload\(Crate\.bottles\)\)", Crate, lambda it: it.bottles),
    (r"Bottle\.crate .*options\(selectinload\(Bottle\.crate\)\)", Bottle, lambda it: it.crate),
    (r"column of Crate .*options\(undefer\(Crate\.", Crate, lambda it: it.history),
]


@pytest.mark.parametrize(("sentence", "model", "read"), UNLOADED)
async def test_what_was_not_loaded_names_the_option_that_loads_it(
    session: AsyncSession, sentence: str, model: type[Any], read: Callable[[Any], object]
) -> None:
    first = await query(session, model).first()

    with pytest.raises(InvalidRequestError, match=sentence):
        read(first)


async def test_that_option_loads_it(session: AsyncSession) -> None:
    crates = query(session, Crate).options(selectinload(Crate.bottles), undefer(Crate.history))
    crate = await crates.one()
    bottles = await query(session, Bottle).options(joinedload(Bottle.crate)).load()

    assert crate.history == "oak"
    assert [bottle.crate for bottle in bottles] == [crate, crate]
    assert {*crate.bottles} == {*bottles}


async def test_what_somebody_awaits_is_loaded(session: AsyncSession) -> None:
    """`refresh` after a write, or whatever runs in `run_sync`."""
    crate = await query(session, Crate).one()
    await session.refresh(crate, ["bottles"])
    session.expire(crate)
    with pytest.raises(InvalidRequestError, match=r"column of Crate .*session\.refresh"):
        _ = crate.id

    assert len(await session.run_sync(lambda _: crate.bottles)) == 2
    assert crate.id == 1


async def test_what_is_there_already_needs_no_option(session: AsyncSession) -> None:
    bottle = (await query(session, Bottle).load())[0]
    crate = await query(session, Crate).one()

    assert bottle.crate is crate


async def test_what_a_write_needs_is_read_by_the_write(session: AsyncSession) -> None:
    """Nobody loaded the bottles of a crate that goes."""
    crate = await query(session, Crate).one()
    await session.delete(crate)
    await session.flush()

    assert [bottle.crate_id for bottle in await query(session, Bottle).load()] == [None, None]
