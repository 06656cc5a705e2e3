"""Pages by key: a page begins after the last row of the one before, whatever came in meanwhile."""

import base64
import functools
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Select,
    Text,
    cast,
    func,
    literal_column,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from ..http.errors import Invalid

Item = TypeVar("Item")
Row = TypeVar("Row")

KEY = TypeAdapter(list[str])

HEAVIEST = 1024 * 1024
"""Bytes that the rows of a page have together; a row that has more is a page of its own."""

# Postgres weighs the rows, so what is too much never leaves it. The length of a text stands beside
# it: a long one is weighed unread.
FITTING = f"""
select {{keys}}, found
from (
    select *,
        count(*) over () as found,
        row_number() over newest as place,
        sum(weight) over (newest rows unbounded preceding) as whole
    from page_asked
    window newest as (order by {{descending}})
) as weighed
where place = 1 or (place <= :page_limit and whole <= {HEAVIEST})
order by place desc
limit 1
"""  # noqa: S608  # holds names of ours
FOUND = literal_column("(select found from page_fitting)", Integer)

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page may hold.")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next_cursor` of the page before this one.")
]


def python_type(column: InstrumentedAttribute[Any]) -> Any:
    """Return what a value of *column* is in Python; a moment without its zone is none."""
    return AwareDatetime if getattr(column.type, "timezone", False) else column.type.python_type


def bytes_of(mapper: Mapper[Any], entity: Any) -> ColumnElement[int]:
    """Return how many bytes the columns of a row of *entity* have, written as text."""
    read = [getattr(entity, each.key) for each in mapper.column_attrs if not each.deferred]
    sizes = [func.coalesce(func.octet_length(cast(column, Text)), 0) for column in read]
    return functools.reduce(lambda sum_, size: sum_ + size, sizes)


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
        names = [f"key_{number}" for number, _ in enumerate(columns)]
        keys = ", ".join(names)
        descending = ", ".join(f"{name} desc" for name in names)
        self._names = names
        self._last_that_fits: ColumnElement[Any] = literal_column(
            f"(select {keys} from page_fitting)"  # noqa: S608  # the same
        )
        fitting = text(FITTING.format(keys=keys, descending=descending))
        self._fitting = fitting.columns().cte("page_fitting")

    @cached_property
    def _weighed(self) -> list[Label[Any]]:
        """The key of a row, and its weight; here, since all models are known by now."""
        keys = [column.label(name) for column, name in zip(self.columns, self._names, strict=True)]
        parent = self.columns[0].parent
        return [*keys, bytes_of(parent.mapper, parent.entity).label("weight")]

    async def page(
        self, session: AsyncSession, query: Select[Row], limit: int, cursor: str | None
    ) -> tuple[Sequence[Row], str | None]:
        """Return the rows of *query* that follow *cursor*, at most *limit*, and the next cursor.

        They are fewer where they weigh more than `HEAVIEST` together, but never none.

        Raises:
            Invalid: the cursor is none that this order handed out.
        """
        if cursor is not None:
            query = query.where(tuple_(*self.columns) < tuple_(*self._key(cursor)))
        query = query.order_by(*(column.desc() for column in self.columns))
        # One row more than asked for tells whether there is another page.
        asked = query.with_only_columns(*self._weighed).limit(limit + 1).cte("page_asked")
        fits = tuple_(*self.columns) >= self._last_that_fits
        statement = query.add_cte(asked, self._fitting).where(fits).add_columns(FOUND)
        found = (await session.execute(statement, {"page_limit": limit})).all()
        rows: list[Row] = [row for row, _ in found]
        has_more = bool(found) and found[0][1] > len(rows)
        return rows, self._cursor(rows[-1]) if has_more else None

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
