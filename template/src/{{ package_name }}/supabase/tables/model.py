"""The base of every model, and the one table of Supabase's that models refer to."""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Column, MetaData, Table, Uuid, event
from sqlalchemy.orm import DeclarativeBase


class ExistingTable(Table):
    """A table whose constraints have the names that Postgres gives by itself."""


def _affix(text: str, *, existing: bool) -> Callable[[object, Table], str]:
    def affix(constraint: object, table: Table) -> str:
        del constraint
        return text if isinstance(table, ExistingTable) is existing else ""

    return affix


ENDINGS = {"ix": "_idx", "uq": "_key", "ck": "_check", "fk": "_fkey", "pk": "_pkey"}
"""How Postgres ends the name of a constraint that was made without one."""

NAMES = {
    "ix": "%(ix_)s%(table_name)s_%(column_0_N_name)s%(_idx)s",
    "uq": "%(uq_)s%(table_name)s_%(column_0_N_name)s%(_key)s",
    "ck": "%(ck_)s%(table_name)s_%(constraint_name)s%(_check)s",
    "fk": "%(fk_)s%(table_name)s_%(column_0_N_name)s%(_fkey)s",
    "pk": "%(pk_)s%(table_name)s%(_pkey)s",
    **{f"{kind}_": _affix(f"{kind}_", existing=False) for kind in ENDINGS},
    **{ending: _affix(ending, existing=True) for ending in ENDINGS.values()},
}
"""`fk_notes_owner_id`; of an existing table, `notes_owner_id_fkey`."""

NOT_COMPARED = {"compared": False}
"""The `info` of a table or an index that no migration makes, changes or drops."""


class Base(DeclarativeBase):
    """Constraints have names that a migration can rely on."""

    metadata = MetaData(naming_convention=NAMES)
    # An UPDATE answers with the values that the database computed, in the same round trip.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012  # as SQLAlchemy declares it


class Existing(Base):
    """The base of a model whose table was there first, with constraints that Postgres named."""

    __abstract__ = True

    @classmethod
    def __table_cls__(cls, *arguments: Any, **named: Any) -> Table:
        """Return its table, as SQLAlchemy asks for it."""
        return ExistingTable(*arguments, **named)


class View(Base):
    """A view or a materialized view: queried like a table, never written.

    What tells its rows apart has `primary_key=True`; in the database, nothing needs to hold it.
    Migrations leave it to whoever made it, unless `view(...)` in `views.py` declares its query.
    """

    __abstract__ = True

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Let no migration take it for a table."""
        super().__init_subclass__(**arguments)
        cast("Table", cls.__table__).info.update(NOT_COMPARED)


def _refuse(mapper: object, connection: object, row: object) -> None:
    del mapper, connection
    raise TypeError(f"{type(row).__name__} is a view: read it, and write the tables below it")


for moment in ("before_insert", "before_update", "before_delete"):
    event.listen(View, moment, _refuse, propagate=True)

# Only what a foreign key needs: Supabase makes and changes this table, no migration ever does.
Table("users", Base.metadata, Column("id", Uuid, primary_key=True), schema="auth")
