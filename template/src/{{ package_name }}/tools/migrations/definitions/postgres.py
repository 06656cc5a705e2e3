"""Alembic's own ways with Postgres, but for two."""

from typing import Any

from alembic.ddl._autogen import ComparisonResult
from alembic.ddl.postgresql import PostgresqlImpl
from sqlalchemy import Index
from sqlalchemy.sql.elements import ClauseElement

from ..execute import COLON


class Postgres(PostgresqlImpl):
    """What Alembic uses: of a dialect, it is the class that was made last."""

    __dialect__ = "postgresql"

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
