"""One row for any table, made from its columns' types and its foreign keys. The template's."""

import datetime as dt
import decimal
import uuid
from contextlib import suppress
from typing import Any

import pytest
from local.people import ALICE
from sqlalchemy import ARRAY, JSON, Column, Enum, String, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.samples import SAMPLES

Row = dict[str, Any]

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BY_TYPE: dict[type[Any], Any] = {
    bool: True,
    bytes: b"sample",
    dt.date: NOW.date(),
    dt.datetime: NOW,
    dt.time: NOW.time(),
    dt.timedelta: dt.timedelta(days=1),
    decimal.Decimal: decimal.Decimal(1),
    float: 1.0,
    int: 1,
    str: "sample",
    uuid.UUID: uuid.UUID(int=1),
}


def owners(table: Table) -> list[str]:
    """Name the columns that say whose a row is."""
    return [column.name for column in table.columns if _refers_to(column) == "auth.users"]


async def add_row(connection: AsyncConnection, table: Table, values: Row | None = None) -> Row:
    """Insert a row with these *values*, or those that it needs; return all that is in it then."""
    if values is None:
        values = await make_row(connection, table)
    statement = insert(table).values(values).returning(*table.columns)
    try:
        return dict((await connection.execute(statement)).mappings().one())
    except DBAPIError as error:
        refusal = str(error.orig).partition("\n")[0]
    pytest.fail(f"{table.key}: say in tests/samples.py what its row needs ({refusal})")


async def make_row(connection: AsyncConnection, table: Table) -> Row:
    """Return what a row of Alice's needs, and insert those that it refers to."""
    row = dict(SAMPLES.get(table.key, {}))
    parents: dict[str, Row] = {}
    for column in table.columns:
        if column.name in row:
            continue
        target = _refers_to(column)
        if target == "auth.users":
            row[column.name] = ALICE
        elif target is not None and not column.nullable:
            (key,) = column.foreign_keys
            if target not in parents:
                parents[target] = await add_row(connection, key.column.table)
            row[column.name] = parents[target][key.column.name]
        elif _is_needed(column):
            row[column.name] = _value(column)
    return row


def _refers_to(column: Column[Any]) -> str | None:
    return next((key.column.table.key for key in column.foreign_keys), None)


def _is_needed(column: Column[Any]) -> bool:
    is_counted = column is column.table.autoincrement_column
    is_given = column.nullable or column.default is not None or column.server_default is not None
    return not (is_counted or is_given)


def _value(column: Column[Any]) -> Any:
    type_ = column.type
    if isinstance(type_, Enum):
        return next(iter(type_.enum_class or type_.enums))
    if isinstance(type_, ARRAY):
        return []
    if isinstance(type_, JSON):
        return {}
    if isinstance(type_, String):
        return "sample"[: type_.length]
    with suppress(KeyError, NotImplementedError):
        return BY_TYPE[type_.python_type]
    pytest.fail(f"{column}: nothing is known of {type_!r}, put a value in tests/samples.py")
