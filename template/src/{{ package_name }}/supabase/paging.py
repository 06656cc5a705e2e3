"""Pages by key: a page begins after the last row of the one before, whatever came in meanwhile."""

import base64
import json
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, TypeAdapter
from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from .errors import Invalid

Item = TypeVar("Item")
Row = TypeVar("Row")

KEY = TypeAdapter(list[str])

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page may hold.")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next_cursor` of the page before this one.")
]


def python_type(column: InstrumentedAttribute[Any]) -> Any:
    """Return what a value of *column* is in Python; a moment without its zone is none."""
    return AwareDatetime if getattr(column.type, "timezone", False) else column.type.python_type


def encode(key: Sequence[Any]) -> str:
    """Return the cursor of a row's *key*: opaque, and harmless in a URL."""
    texts = json.dumps([str(value) for value in key])
    return base64.urlsafe_b64encode(texts.encode()).rstrip(b"=").decode()


class Page(BaseModel, Generic[Item]):
    """A part of a list; `next_cursor` asks for the next part, null is the end."""

    items: list[Item]
    next_cursor: str | None


class NewestFirst:
    """The order by *columns*, descending, of which the last is unique: no row has two places."""

    def __init__(self, *columns: InstrumentedAttribute[Any]) -> None:
        self.columns = columns
        self.types = [TypeAdapter[Any](python_type(column)) for column in columns]

    async def page(
        self, session: AsyncSession, query: Select[Row], limit: int, cursor: str | None
    ) -> tuple[Sequence[Row], str | None]:
        """Return the rows of *query* that follow *cursor*, at most *limit*, and the next cursor.

        Raises:
            Invalid: the cursor is none that this order handed out.
        """
        if cursor is not None:
            query = query.where(tuple_(*self.columns) < tuple_(*self._key(cursor)))
        # One row more than asked for tells whether there is another page.
        descending = [column.desc() for column in self.columns]
        rows = (await session.scalars(query.order_by(*descending).limit(limit + 1))).all()
        if len(rows) <= limit:
            return rows, None
        return rows[:limit], self._cursor(rows[limit - 1])

    def _cursor(self, row: object) -> str:
        return encode([getattr(row, column.key) for column in self.columns])

    def _key(self, cursor: str) -> list[Any]:
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            texts = KEY.validate_json(base64.urlsafe_b64decode(padded))
            parts = zip(self.types, texts, strict=True)
            key = [type_.validate_strings(text) for type_, text in parts]
        except ValueError:
            key = None
        if key is None or encode(key) != cursor:
            raise Invalid("The cursor is none that this list handed out.")
        return key
