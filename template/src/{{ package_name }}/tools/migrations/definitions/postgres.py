"""Alembic's own ways with Postgres, but for three."""

from typing import Any, cast

from alembic.ddl._autogen import ComparisonResult
from alembic.ddl.postgresql import PostgresqlImpl
from sqlalchemy import ARRAY, Column, Dialect, Enum, Float, Index, Numeric, String, TypeDecorator
from sqlalchemy.dialects.postgresql import BIT, INTERVAL, TIME, TIMESTAMP
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
        return found != declared

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
    impl = type_.dialect_impl(dialect)
    while isinstance(impl, TypeDecorator):
        impl = cast("Any", impl).load_dialect_impl(dialect).dialect_impl(dialect)
    return impl


def _beside_its_name(type_: Any, dialect: Dialect) -> tuple[object, ...]:
    """Return what makes it another type of the same name."""
    plain = _plain(type_, dialect)
    if isinstance(plain, ARRAY):
        return "array", *_beside_its_name(cast("Any", plain).item_type, dialect)
    if isinstance(plain, Numeric) and not isinstance(plain, Float):
        return plain.precision, plain.scale or 0
    if isinstance(plain, String) and not isinstance(plain, Enum):
        return plain.length, None if plain.collation == "default" else plain.collation
    if isinstance(plain, BIT):
        return plain.varying, plain.length
    if isinstance(plain, (INTERVAL, TIME, TIMESTAMP)):
        return plain.precision, getattr(plain, "fields", None)
    return ()
