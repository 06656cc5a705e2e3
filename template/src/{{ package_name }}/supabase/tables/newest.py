"""The newest first: the order of the lists of version 0.2, in terms of `query`."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from .query import query as lazy_query

Row = TypeVar("Row")


class NewestFirst:
    """The order by *columns*, descending: `query(session, ...).order_by(...)` has every other."""

    def __init__(self, *columns: InstrumentedAttribute[Any]) -> None:
        self.columns = columns

    @property
    def types(self) -> list[TypeAdapter[Any]]:
        """Deprecated: how the texts of a cursor are read; Postgres reads them itself by now."""
        return [TypeAdapter[Any](column.type.python_type) for column in self.columns]

    async def page(
        self, session: AsyncSession, query: Select[Row], limit: int, cursor: str | None
    ) -> tuple[Sequence[Row], str | None]:
        """Return the rows of *query* that follow *cursor*, at most *limit*, and the next cursor.

        Raises:
            Invalid: the cursor is none that this list handed out.
        """
        ordered = lazy_query(session, query).order_by(*(each.desc() for each in self.columns))
        page = await ordered.page(cursor, limit)
        return page.items, page.next_cursor
