"""The base of every model."""

import pytest
from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    Mapped,
    Session,
    make_transient_to_detached,
    mapped_column,
    relationship,
)
from sqlalchemy.schema import CreateTable

from my_supabase_service.supabase import Base


class Library(Base):
    __abstract__ = True
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)


class Shelf(Library):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")


class Book(Library):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="books", lazy="joined")


def test_a_relationship_that_no_query_loaded_raises() -> None:
    """Loading it in passing would need a round trip that no `await` shows."""
    shelf = Shelf(id=1)
    make_transient_to_detached(shelf)

    with Session() as session:
        session.add(shelf)
        with pytest.raises(InvalidRequestError, match="lazy='raise'"):
            _ = shelf.books


def test_a_relationship_may_say_how_it_is_loaded() -> None:
    assert Book.shelf.property.lazy == "joined"


def test_constraints_have_names_that_a_migration_can_rely_on() -> None:
    definition = str(CreateTable(Book.metadata.tables["books"]))

    assert "CONSTRAINT pk_books PRIMARY KEY" in definition
    assert "CONSTRAINT fk_books_shelf_id FOREIGN KEY" in definition


def test_a_row_can_belong_to_a_person_of_supabase_auth() -> None:
    """As much of their table as a foreign key needs stands beside the models."""
    people = Base.metadata.tables["auth.users"]

    assert [column.name for column in people.primary_key] == ["id"]
