"""The order of a list, and which rows come after a row of it. Pure.

A row's place is told by the texts that Postgres itself writes for its keys, and reads again: a type
that Postgres can order needs no more. Where one comparison of rows would not say it, or no index
would serve it, it is several ranges, each of which an index of that order serves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ColumnExpressionArgument,
    Integer,
    Label,
    Numeric,
    String,
    Text,
    UnaryExpression,
    and_,
    literal,
    tuple_,
)
from sqlalchemy.sql.operators import asc_op, desc_op, nulls_first_op, nulls_last_op
from sqlalchemy.types import TEXT, VARCHAR, NullType, TypeEngine

MODIFIERS = {asc_op, desc_op, nulls_first_op, nulls_last_op}
TEXTS = (String, Text, TEXT, VARCHAR)
"""Types that are `text` to a comparison; an enum, `citext` or `char(n)` is not."""


@dataclass(frozen=True)
class Key:
    """One column of an order."""

    column: ColumnElement[Any]
    descending: bool
    nulls_first: bool
    nullable: bool

    @property
    def reversed(self) -> "Key":
        """The same column, the other way round."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    @property
    def direction(self) -> str:
        """What ORDER BY says of it, in SQL."""
        nulls = "first" if self.nulls_first else "last"
        return f"{'desc' if self.descending else 'asc'} nulls {nulls}"

    def ordering(self) -> ColumnElement[Any]:
        """Return what stands in ORDER BY: where nulls stand only if not where Postgres has them."""
        ordered = self.column.desc() if self.descending else self.column.asc()
        if self.nulls_first == self.descending:
            return ordered
        return ordered.nulls_first() if self.nulls_first else ordered.nulls_last()

    def value(self, text: str | None) -> ColumnElement[Any]:
        """Return the value that Postgres wrote as *text*."""
        return sa.cast(literal(text, Text), comparable(self.column))

    def same(self, text: str | None) -> ColumnElement[bool]:
        """Return the condition of the rows that have the value *text*."""
        return self.column.is_(None) if text is None else self.column == self.value(text)

    def after(self, text: str | None) -> list[ColumnElement[bool]]:
        """Return the ranges that follow the value *text*, in order."""
        if text is None:
            return [self.column.is_not(None)] if self.nulls_first else []
        value = self.value(text)
        follows = self.column < value if self.descending else self.column > value
        nulls_follow = self.nullable and not self.nulls_first
        return [follows, self.column.is_(None)] if nulls_follow else [follows]


def key_of(expression: ColumnExpressionArgument[Any], solid: Iterable[Any]) -> Key:
    """Read one *expression* of an ORDER BY; *solid* are the tables whose NOT NULL holds here.

    Raises:
        ValueError: it is no column, or nobody knows its type.
    """
    element = _element(expression)
    modifiers = list[Any]()
    while isinstance(element, UnaryExpression) and element.modifier in MODIFIERS:
        modifiers.append(element.modifier)
        element = element.element
    if isinstance(element, Label):
        element = element.element
    if isinstance(element.type, NullType):
        sentence = f"order by type_coerce({element}, Text), or what it is: its type is not known"
        raise ValueError(sentence)  # noqa: TRY004  # as any other mistake in a query
    descending = desc_op in modifiers
    # The outermost counts.
    nulls = [each for each in modifiers if each in {nulls_first_op, nulls_last_op}]
    nulls_first = nulls[0] is nulls_first_op if nulls else descending
    nullable = not (isinstance(element, Column) and not element.nullable and element.table in solid)
    return Key(element, descending, nulls_first, nullable)


def complete(keys: Sequence[Key], unique: Iterable[ColumnElement[Any]]) -> tuple[Key, ...]:
    """Return *keys* and those columns of a *unique* key that are missing: no row has two places."""
    descending = bool(keys) and keys[-1].descending
    missing = [each for each in unique if not any(each.compare(key.column) for key in keys)]
    return (*keys, *(Key(each, descending, descending, nullable=False) for each in missing))


def ranges_after(keys: Sequence[Key], texts: Sequence[str | None]) -> list[ColumnElement[bool]]:
    """Return the conditions of the rows after that of *texts*: in order, without overlap."""
    row = _row_at(keys)
    same = [key.same(text) for key, text in zip(keys, texts, strict=True)]
    ranges = [and_(*same[:row], _after_row(keys[row:], texts[row:]))] if row < len(keys) else []
    for place in reversed(range(row)):
        ranges += [and_(*same[:place], after) for after in keys[place].after(texts[place])]
    return ranges


def _row_at(keys: Sequence[Key]) -> int:
    """Return from where on Postgres can compare whole rows: one direction, and no nulls."""
    place = len(keys)
    while place and not keys[place - 1].nullable:
        if keys[place - 1].descending != keys[-1].descending:
            break
        place -= 1
    return place


def _after_row(keys: Sequence[Key], texts: Sequence[str | None]) -> ColumnElement[bool]:
    columns = tuple_(*(key.column for key in keys))
    values = tuple_(*(key.value(text) for key, text in zip(keys, texts, strict=True)))
    return columns < values if keys[0].descending else columns > values


def _element(expression: Any) -> ColumnElement[Any]:
    if hasattr(expression, "__clause_element__") and not isinstance(expression, ColumnElement):
        expression = expression.__clause_element__()  # an attribute of a model
    if not isinstance(expression, ColumnElement):
        sentence = f"order by columns, such as Note.created_at.desc(), not by {expression!r}"
        raise ValueError(sentence)  # noqa: TRY004  # as any other mistake in a query
    return cast("ColumnElement[Any]", expression)


def comparable(column: ColumnElement[Any]) -> TypeEngine[Any]:
    """Return the type to compare *column* in: never narrower than what the database may hold.

    A cast to `numeric(10, 2)` rounds and one to `varchar(5)` cuts; what SQLAlchemy calls an integer
    may be a `bigint`, and if it is the result of a function, a fraction.
    """
    if isinstance(column.type, Integer):
        return BigInteger() if isinstance(column, Column) else Numeric()
    if isinstance(column.type, Numeric):
        return Numeric()
    return Text() if type(column.type) in TEXTS else column.type
