"""The base of every model."""

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from my_supabase_service.supabase import Base


class Library(Base):
    __abstract__ = True
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)


class Shelf(Library):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)


class Book(Library):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"))


def test_constraints_have_names_that_a_migration_can_rely_on() -> None:
    definition = str(CreateTable(Book.metadata.tables["books"]))

    assert "CONSTRAINT pk_books PRIMARY KEY" in definition
    assert "CONSTRAINT fk_books_shelf_id FOREIGN KEY" in definition


def test_a_row_can_belong_to_a_person_of_supabase_auth() -> None:
    """As much of their table as a foreign key needs stands beside the models."""
    people = Base.metadata.tables["auth.users"]

    assert [column.name for column in people.primary_key] == ["id"]
