"""Pages by key: a page begins after the last row of the one before, whatever came in meanwhile."""

import functools
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import (
    CTE,
    CompoundSelect,
    Integer,
    Select,
    Text,
    cast,
    literal_column,
    text,
    union_all,
)

from .cursor import LONGEST
from .order import Key, ranges_after
from .source import Source

Item = TypeVar("Item")
Other = TypeVar("Other")

HEAVIEST = 1024 * 1024
"""Bytes that the rows of a page have together; a row that has more is a page of its own."""

FITTING = f"""
select {{ids}}, found
from (
    select *,
        count(*) over () as found,
        row_number() over page as place,
        sum(weight) over (page rows unbounded preceding) as whole
    from page_asked
    window page as (order by {{order}})
) as weighed
where place = 1 or (place <= :page_limit and whole <= {HEAVIEST})
"""  # noqa: S608  # holds names of ours
FOUND = literal_column("(select max(found) from page_fitting)", Integer).label("page_found")

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page may hold.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="`next_cursor` or `previous_cursor` of another page of the same list.",
    ),
]


class Page(BaseModel, Generic[Item]):
    """A part of a list. The cursors ask for the parts beside it; null is the end, or the start."""

    items: list[Item]
    next_cursor: str | None
    previous_cursor: str | None = None

    def map(self, change: Callable[[Item], Other]) -> "Page[Other]":
        """Return the page of what *change* makes of each item."""
        return Page(
            items=[change(item) for item in self.items],
            next_cursor=self.next_cursor,
            previous_cursor=self.previous_cursor,
        )


def page_statement(
    rows: Select[Any],
    source: Source,
    keys: Sequence[Key],
    texts: Sequence[str | None] | None,
    limit: int,
) -> Select[Any]:
    """Return the query of those of *rows* that follow *texts* in the order of *keys*.

    After the columns of a row come how many rows were found, up to one more than asked for and
    fit, and the texts of the row's own keys. It is executed with a `page_limit`.
    """
    places = list(enumerate(keys))
    asked = _asked(rows, source, keys, texts, limit).cte("page_asked")
    said = ", ".join(f"key_{n} {key.direction}" for n, key in places)
    return (
        rows.add_cte(asked, _fitting(said, len(source.unique)))
        .where(source.is_fitting)
        .order_by(*(key.ordering() for key in keys))
        .add_columns(FOUND, *(cast(each.column, Text).label(f"page_{n}") for n, each in places))
    )


def _asked(
    rows: Select[Any],
    source: Source,
    keys: Sequence[Key],
    texts: Sequence[str | None] | None,
    limit: int,
) -> Select[Any] | CompoundSelect[Any]:
    """Return the keys and weights of as many rows as could be on the page, and of one more."""
    named = [key.column.label(f"key_{n}") for n, key in enumerate(keys)]
    # One row more than asked for tells whether there is another page.
    found = (
        rows.with_only_columns(*named, *source.weighed, maintain_column_froms=True)
        .order_by(*(key.ordering() for key in keys))
        .limit(limit + 1)
    )
    if texts is None:
        return found
    ranges = [found.where(each) for each in ranges_after(keys, texts)]
    # Each is a stretch of one index, read from its beginning: together they are no slower than one.
    return ranges[0] if len(ranges) == 1 else union_all(*ranges)


@functools.lru_cache(maxsize=256)
def _fitting(order: str, ids: int) -> CTE:
    """Return which rows are on the page. Postgres weighs them: what is too much never leaves it."""
    told = ", ".join(f"id_{n}" for n in range(ids))
    return text(FITTING.format(ids=told, order=order)).columns().cte("page_fitting")
