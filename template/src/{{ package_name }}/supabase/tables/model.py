"""The base of every model, and the one table of Supabase's that models refer to."""

from typing import Any, cast

from sqlalchemy import Column, MetaData, Table, Uuid, event
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


NOT_COMPARED = {"compared": False}
"""The `info` of a table or an index that no migration makes, changes or drops."""


class Base(DeclarativeBase):
    """Constraints have names that a migration can rely on."""

    metadata = MetaData(naming_convention=NAMES)
    # An UPDATE answers with the values that the database computed, in the same round trip.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012  # as SQLAlchemy declares it


class View(Base):
    """A view or a materialized view: queried like a table, never written, and left by migrations.

    What tells its rows apart has `primary_key=True`; in the database, nothing needs to hold it.
    """

    __abstract__ = True

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Leave it out of migrations."""
        super().__init_subclass__(**arguments)
        cast("Table", cls.__table__).info.update(NOT_COMPARED)


def _refuse(mapper: object, connection: object, row: object) -> None:
    del mapper, connection
    raise TypeError(f"{type(row).__name__} is a view: read it, and write the tables below it")


for moment in ("before_insert", "before_update", "before_delete"):
    event.listen(View, moment, _refuse, propagate=True)

# Only what a foreign key needs: Supabase makes and changes this table, no migration ever does.
Table("users", Base.metadata, Column("id", Uuid, primary_key=True), schema="auth")
