"""Values that Postgres takes and a service had better not meet, by type. The template's."""

import datetime as dt
import decimal
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, ColumnElement, Enum, String, literal_column
from sqlalchemy.dialects import postgresql

MOST = 2**20
"""Characters, bytes or elements: a column that takes more takes anything."""

YEARS = ("infinity", "-infinity", "10000-01-01", "0001-12-31 BC")
BY_TYPE: dict[type[Any], tuple[str, ...]] = {
    dt.date: YEARS,
    dt.datetime: YEARS,
    dt.time: ("24:00",),
    dt.timedelta: ("1000000000 days", "-1000000000 days"),
    decimal.Decimal: ("NaN", "Infinity", "-Infinity"),
    float: ("NaN", "Infinity", "-Infinity"),
}
"""What Python cannot hold, or JSON cannot say."""


def extremes(column: Column[Any]) -> Iterator[tuple[str, ColumnElement[Any], str]]:
    """Yield how to call each value, the value in SQL, and what a check against it begins with."""
    type_, name = column.type, column.name
    if isinstance(type_, ARRAY):
        array = type_.compile(dialect=postgresql.dialect())
        value = f"array_fill(null::{array.rstrip('[]')}, array[{MOST + 1}])"
        yield "any number of elements", literal_column(value), f"cardinality({name}) <= ..."
    elif isinstance(type_, JSON):
        value = f"to_json(repeat('x', {MOST}))"
        yield "any size", literal_column(value), f"length({name}::text) <= ..."
    elif isinstance(type_, String):
        if type_.length is None and not isinstance(type_, Enum):
            value = f"repeat('x', {MOST + 1})"
            yield "any length", literal_column(value), f"char_length({name}) <= ..."
    elif python_type(column) is bytes:
        value = f"decode(repeat('00', {MOST + 1}), 'hex')"
        yield "any size", literal_column(value), f"octet_length({name}) <= ..."
    else:
        for value in BY_TYPE.get(python_type(column), ()):
            yield value, literal_column(f"'{value}'"), f"{name} between ... and ..."


def python_type(column: Column[Any]) -> type[Any]:
    """Return what a value is in Python, as far as SQLAlchemy knows."""
    try:
        return column.type.python_type
    except NotImplementedError:
        return object
