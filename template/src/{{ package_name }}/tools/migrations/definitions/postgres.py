"""Alembic's own ways with Postgres, but for three."""

from typing import Any, cast

from alembic.ddl._autogen import ComparisonResult
from alembic.ddl.postgresql import PostgresqlImpl
from sqlalchemy import (
    ARRAY,
    CHAR,
    Column,
    DateTime,
    Dialect,
    Enum,
    Float,
    Index,
    Interval,
    Numeric,
    String,
    Time,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import BIT, INTERVAL
from sqlalchemy.sql.elements import ClauseElement

from ..execute import COLON


class Postgres(PostgresqlImpl):
    """What Alembic uses: of a dialect, it is the class that was made last."""

    __dialect__ = "postgresql"

    def compare_type(self, inspector_column: Column[Any], metadata_column: Column[Any]) -> bool:
        """Find what Alembic takes for the same: an array, and what one side alone says of text."""
        alembic: Any = super()
        if alembic.compare_type(inspector_column, metadata_column):
            return True
        found, declared = (
            _beside_its_name(each.type, self.dialect)
            for each in (inspector_column, metadata_column)
        )
        # What a model says in words of its own, no more is known of.
        return any(one != other for one, other in zip(found, declared, strict=False))

    def compare_indexes(self, metadata_index: Index, reflected_index: Index) -> Any:
        """Find nothing: it would compare texts, and here Postgres compares what they mean."""
        del metadata_index, reflected_index
        return ComparisonResult.Equal()

    def render_ddl_sql_expr(
        self,
        expr: ClauseElement,
        is_server_default: bool = False,  # noqa: FBT001, FBT002  # as Alembic calls it
        is_index: bool = False,  # noqa: FBT001, FBT002
        **kw: Any,
    ) -> str:
        """Write a colon so that `sa.text` takes it for no parameter, which would become NULL."""
        sql = super().render_ddl_sql_expr(expr, is_server_default, is_index, **kw)
        return sql if is_index else COLON.sub(r"\\:", sql)


def _plain(type_: Any, dialect: Dialect) -> Any:
    """Return the type of Postgres that *type_* is, whatever Python makes of it."""
    # What asyncpg makes of one has no precision any more.
    plain = getattr(type_, "_variant_mapping", {}).get(dialect.name, type_)
    if isinstance(plain, TypeDecorator) and not isinstance(plain, Interval):
        return _plain(cast("Any", plain).load_dialect_impl(dialect), dialect)
    return plain


def _beside_its_name(type_: Any, dialect: Dialect) -> tuple[object, ...]:
    """Return what makes it another type of the same name."""
    plain: Any = _plain(type_, dialect)
    match cast("object", plain):
        case ARRAY():
            said = "array", *_beside_its_name(plain.item_type, dialect)
        case Enum(native_enum=True) | Float():
            said = ()
        case Numeric():
            said = plain.precision, plain.scale or 0
        case String():
            length = 1 if isinstance(plain, CHAR) and plain.length is None else plain.length
            said = length, None if plain.collation == "default" else plain.collation
        case BIT():
            said = plain.varying, plain.length
        case Interval():
            said = (plain.second_precision,)
        case DateTime() | Time() | INTERVAL():
            said = (getattr(plain, "precision", None),)
        case _:
            said = ()
    return said
