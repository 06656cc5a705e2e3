"""What the rows of a list are: by which columns they are told apart, and what they weigh."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    func,
    inspect,
    literal_column,
    select,
    table,
    tuple_,
)
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.util import AliasedInsp

NO_KEY = "{} has no primary key: there is nothing to tell its rows apart by, as a page must"


@dataclass(frozen=True, eq=False)
class Source:
    """The table or the class that the rows of a query are of."""

    unique: Sequence[ColumnElement[Any]]
    """Its primary key."""
    read: Sequence[ColumnElement[Any]]
    """What a row has of it, as long as no option says otherwise."""
    solid: Sequence[Any]
    """Tables whose NOT NULL holds: those of an outer join may have nulls anywhere."""

    @cached_property
    def weighed(self) -> Sequence[ColumnElement[Any]]:
        """The key of a row, and the bytes that it has, written as text."""
        keys = (column.label(f"id_{n}") for n, column in enumerate(self.unique))
        # The length of a text stands beside it: a long one is weighed unread.
        sizes = [func.coalesce(func.octet_length(sa.cast(each, Text)), 0) for each in self.read]
        return (*keys, functools.reduce(lambda sum_, size: sum_ + size, sizes).label("weight"))

    @cached_property
    def is_fitting(self) -> ColumnElement[bool]:
        """The condition that the page holds this row."""
        names = [f"id_{n}" for n, _ in enumerate(self.unique)]
        fitting = select(*map(literal_column, names)).select_from(table("page_fitting"))
        return tuple_(*self.unique).in_(fitting)


def source_of(rows: Select[Any] | Table[Any]) -> Source:
    """Find out what *rows* are.

    Raises:
        ValueError: they are of nothing that has a primary key.
    """
    if isinstance(rows, Table):
        return _of_table(rows, tuple(rows.columns))
    described = rows.column_descriptions
    first: Any = described[0]["expr"]
    if len(described) == 1 and (entity := described[0].get("entity")) is not None:
        return _of_class(entity, first)
    of = getattr(first, "table", None)
    if len(described) == 1 and isinstance(of, Table):
        return _of_table(cast("Table[Any]", of), (first,))
    raise ValueError(f"a page is of one model, of one of its columns or of a table, not of: {rows}")


@functools.lru_cache(maxsize=256)
def _of_table(table: Table[Any], read: Sequence[ColumnElement[Any]]) -> Source:
    unique = tuple(table.primary_key.columns)
    if not unique:
        raise ValueError(NO_KEY.format(table.name))
    return Source(unique, read, (table,))


@functools.lru_cache(maxsize=256)
def _of_class(entity: Any, first: Any) -> Source:
    found = cast("Mapper[Any] | AliasedInsp[Any]", inspect(entity))
    columns = [each for each in found.mapper.column_attrs if not each.deferred]
    read = [getattr(entity, each.key) for each in columns] if first is entity else [first]
    keys = (found.mapper.get_property_by_column(each).key for each in found.mapper.primary_key)
    return Source(tuple(getattr(entity, key) for key in keys), read, (found.selectable,))
