"""A query that runs once, when it is asked: whole, counted, in pages, as a stream."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, cast, overload

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    Select,
    Table,
    func,
    literal_column,
    select,
)
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import CriteriaOption, ORMOption

from ..http.errors import NotFound
from .cursor import Position, decode, encode
from .order import Key, complete, key_of
from .pages import Page, page_statement
from .source import source_of

Row = TypeVar("Row")
Answer = TypeVar("Answer")

BATCH = 50
"""Rows that a stream fetches, and holds, at a time."""
ONE: ColumnElement[Any] = literal_column("1")


@dataclass(frozen=True, eq=False)
class LazyQuery(Generic[Row]):
    """Rows that nobody has asked for yet. What narrows it returns another one; it never changes.

    An answer is remembered for as long as the query lives: asked again, it sends nothing.
    """

    session: AsyncSession
    rows: Select[Any]
    """Without order, limit and what is loaded with them."""
    table: Table[Any] | None = None
    order: tuple[ColumnExpressionArgument[Any], ...] = ()
    loading: tuple[ORMOption, ...] = ()
    most: int | None = None
    answers: dict[Hashable, Any] = field(
        default_factory=dict[Hashable, Any], init=False, repr=False
    )

    def where(self, *conditions: ColumnExpressionArgument[bool]) -> "LazyQuery[Row]":
        """Keep the rows for which every one of *conditions* holds."""
        return replace(self, rows=self.rows.where(*conditions))

    def order_by(self, *columns: ColumnExpressionArgument[Any]) -> "LazyQuery[Row]":
        """Order by *columns*, after those that it is ordered by already."""
        return replace(self, order=(*self.order, *columns))

    def options(self, *options: ORMOption) -> "LazyQuery[Row]":
        """Load with each row what *options* say: `selectinload(Note.owner)`, `undefer(...)`."""
        criteria = [each for each in options if isinstance(each, CriteriaOption)]
        loading = [each for each in options if not isinstance(each, CriteriaOption)]
        rows = self.rows.options(*criteria)
        return replace(self, rows=rows, loading=(*self.loading, *loading))

    def limit(self, most: int) -> "LazyQuery[Row]":
        """Stop after *most* rows."""
        return replace(self, most=most)

    @property
    def statement(self) -> Select[Any]:
        """The same as SQLAlchemy has it, for what is not here."""
        ordered = self.rows.order_by(*self.order).options(*self.loading)
        return ordered if self.most is None else ordered.limit(self.most)

    async def load(self) -> Sequence[Row]:
        """Return every row."""
        return await self._once("load", self._load)

    async def first(self) -> Row | None:
        """Return the first row, or None when there is none."""
        if (loaded := self.answers.get("load")) is not None:
            return loaded[0] if loaded else None
        found = await self._once("first", lambda: self._load(1))
        return found[0] if found else None

    async def one(self) -> Row:
        """Return the only row.

        Raises:
            NotFound: there is none, or none that the caller may see.
            MultipleResultsFound: there are more: a mistake in the query, not in the request.
        """
        found = self.answers.get("load")
        if found is None:
            found = await self._once("one", lambda: self._load(2))
        if not found:
            raise NotFound
        if len(found) > 1:
            raise MultipleResultsFound(f"one row was asked for, and there are more: {self.rows}")
        return found[0]

    async def count(self) -> int:
        """Return how many rows there are."""
        if (loaded := self.answers.get("load")) is not None:
            return len(loaded)
        return await self._once("count", self._count)

    async def exists(self) -> bool:
        """Tell whether there is any row."""
        if (loaded := self.answers.get("load")) is not None:
            return bool(loaded)
        return await self._once("exists", self._exists)

    async def page(self, cursor: str | None = None, limit: int = 20) -> Page[Row]:
        """Return at most *limit* rows, from where *cursor* says, and the cursors beside them.

        The primary key decides where the order leaves a doubt. There are fewer rows where they
        weigh more than `HEAVIEST` together, but never none.

        Raises:
            Invalid: the cursor is of another order, of other filters, or of nobody.
            ValueError: the query is limited, or has no primary key.
        """
        return await self._once(("page", cursor, limit), lambda: self._page(cursor, limit))

    async def stream(self, batch: int = BATCH) -> AsyncGenerator[Row]:
        """Hand out every row, *batch* of them fetched at a time. This is not remembered."""
        async with aclosing(self.batches(batch)) as batches:
            async for rows in batches:
                for row in rows:
                    yield row

    async def batches(self, size: int = BATCH) -> AsyncGenerator[Sequence[Row]]:
        """Hand out every row, up to *size* together. This is not remembered."""
        statement = self.statement.execution_options(yield_per=size)
        result = await self.session.stream(statement)
        try:
            async for rows in result.partitions(size):
                yield [self._item(row) for row in rows]
        finally:
            await result.close()

    async def _once(self, question: Hashable, answer: Callable[[], Awaitable[Answer]]) -> Answer:
        if question not in self.answers:
            self.answers[question] = await answer()
        return self.answers[question]

    async def _load(self, most: int | None = None) -> Sequence[Row]:
        bounds = [each for each in (most, self.most) if each is not None]
        result = await self.session.execute(self.statement.limit(min(bounds, default=None)))
        described = self.rows.column_descriptions[0]
        # What is loaded with an object by a join repeats it; equal values are of several rows.
        is_object = described["expr"] is described.get("entity")
        return [self._item(row) for row in (result.unique() if is_object else result)]

    def _item(self, row: Sequence[Any]) -> Any:
        if self.table is None:
            return row[0]
        return dict(zip(self.table.columns.keys(), row, strict=False))

    async def _count(self) -> int:
        counted = self.rows.with_only_columns(ONE, maintain_column_froms=True).limit(self.most)
        statement = select(func.count()).select_from(counted.subquery())
        return (await self.session.execute(statement)).scalar_one()

    async def _exists(self) -> bool:
        statement = select(self.rows.limit(self.most).exists())
        return (await self.session.execute(statement)).scalar_one()

    async def _page(self, cursor: str | None, limit: int) -> Page[Row]:
        if self.most is not None:
            raise ValueError("a page has a limit of its own: leave out .limit()")
        if limit < 1:
            raise ValueError("a page has one row or more")
        source = source_of(self.rows if self.table is None else self.table)
        keys = complete([key_of(each, source.solid) for each in self.order], source.unique)
        listed = self._listed(keys)
        position = None if cursor is None else decode(cursor, listed, len(keys))
        backward = position is not None and position.backward
        asked = [key.reversed for key in keys] if backward else keys
        texts = position and position.texts
        statement = page_statement(self.rows, source, asked, texts, limit)
        answer = await self.session.execute(statement.options(*self.loading), {"page_limit": limit})
        found = answer.unique().all()  # by their keys, which stand beside them
        has_more = bool(found) and found[0].page_found > len(found)
        if backward:
            found = found[::-1]
        ends = [tuple[str | None, ...](row[-len(keys) :]) for row in (*found[:1], *found[-1:])]
        before, after = (has_more, True) if backward else (position is not None, has_more)
        return Page(
            items=[self._item(row) for row in found],
            next_cursor=encode(Position(ends[-1]), listed) if ends and after else None,
            previous_cursor=(
                encode(Position(ends[0], backward=True), listed) if ends and before else None
            ),
        )

    def _listed(self, keys: Sequence[Key]) -> str:
        """Return what a cursor is bound to: where rows are from, filters with values, order."""
        rows = self.rows.with_only_columns(ONE, maintain_column_froms=True)
        listed = rows.order_by(*(key.ordering() for key in keys))
        compiled = listed.compile(dialect=self.session.get_bind().dialect)
        return f"{compiled} {compiled.params}"


@overload
def query(session: AsyncSession, what: Table[Any]) -> LazyQuery[dict[str, Any]]: ...
@overload
def query(session: AsyncSession, what: type[Row] | Select[Row]) -> LazyQuery[Row]: ...
def query(session: AsyncSession, what: Any) -> LazyQuery[Any]:
    """Return a query of the rows of *what*: a model, a `select()` of one, or a reflected table.

    Raises:
        ValueError: the `select()` has an order, a limit or an offset.
    """
    if isinstance(what, Table):
        table = cast("Table[Any]", what)
        return LazyQuery(session, select(table), table)
    rows = cast("Select[Any]", what if isinstance(what, Select) else select(what))
    for method, plain in (("order_by", rows.order_by(None)), ("limit", rows.limit(None))):
        if not rows.compare(plain):
            raise ValueError(f"say it after query(...): query(session, select(...)).{method}(...)")
    if not rows.compare(rows.offset(None)):
        raise ValueError("leave out .offset(): a page begins where its cursor says")
    return LazyQuery(session, rows)
