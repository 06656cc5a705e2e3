"""The base of every model, and the one table of Supabase's that models refer to."""

from sqlalchemy import Column, MetaData, Table, Uuid
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Constraints have names that a migration can rely on."""

    metadata = MetaData(naming_convention=NAMES)
    # An UPDATE answers with the values that the database computed, in the same round trip.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012  # as SQLAlchemy declares it


# Only what a foreign key needs: Supabase makes and changes this table, no migration ever does.
Table("users", Base.metadata, Column("id", Uuid, primary_key=True), schema="auth")
