"""Rows go out of one database and into another through the same models, and stay what they are."""

from __future__ import annotations

import datetime as dt
import types
import typing
from typing import Any, cast

import pytest
from sqlalchemy import Table, insert, select, text
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapper

from my_supabase_service.supabase.tables.model import Base, View

AS_TEXT = """
    select cast(row_to_json(one_row) as text), cast(one_row as text) from {} one_row order by 2
"""

STRICT = (int, dt.date)


async def compare_rows(source: AsyncEngine, target: AsyncEngine) -> None:
    """Copy what is in the tables of all models, and compare both as Python and as Postgres say."""
    mappers = [
        each for each in Base.registry.mappers if not each.class_.__module__.endswith("notes.model")
    ]
    mapped = {mapper.local_table: mapper for mapper in mappers}
    async with source.connect() as live, target.begin() as alone:
        await alone.execute(text("set session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            if table.dialect_options["postgresql"]["partition_by"]:
                continue  # it holds no row before it has a partition
            if table.schema == "auth" or not table.info.get("compared", True):
                if mapper := mapped.get(table):
                    await _read_view(live, mapper)
                continue
            await _copy(live, alone, table, mapped.get(table))
    await _compare_as_text(source, target)


async def _read_view(live: AsyncConnection, mapper: Mapper[Any]) -> None:
    async with AsyncSession(live) as session:
        for row in (await session.scalars(select(mapper.class_))).all():
            check_types(mapper.class_, row)
    assert issubclass(mapper.class_, View)
    async with AsyncSession(live) as session:
        session.add(mapper.class_())
        with pytest.raises(TypeError, match="is a view: read it"):
            await session.flush()


async def _copy(
    live: AsyncConnection, alone: AsyncConnection, table: Table, mapper: Mapper[Any] | None
) -> None:
    if not table.columns:
        return
    if mapper is None:
        rows = [dict(row) for row in (await live.execute(select(table))).mappings()]
        written = [{k: v for k, v in row.items() if _is_written(table, k)} for row in rows]
        if rows and any(written):
            await alone.execute(insert(table), written)
        return
    async with AsyncSession(live) as session:
        found = [
            _values(mapper, row) for row in (await session.scalars(select(mapper.class_))).all()
        ]
    async with AsyncSession(alone) as session:
        for values in found:
            settable = {
                name: value
                for name, value in values.items()
                if _is_written(table, mapper.attrs[name].columns[0].name)  # pyright: ignore[reportAttributeAccessIssue]
            }
            session.add(mapper.class_(**settable))
            # One at a time: rows may refer to each other in a circle.
            await session.flush()
        await session.commit()
    async with AsyncSession(alone) as session:
        again: list[dict[str, Any]] = []
        for row in (await session.scalars(select(mapper.class_))).all():
            check_types(mapper.class_, row)
            again.append(_values(mapper, row))
    assert sorted(map(repr, found)) == sorted(map(repr, again)), (found, again)


def _values(mapper: Mapper[Any], row: Any) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in mapper.column_attrs}


def _is_written(table: Table, name: str) -> bool:
    column = table.columns[name]
    identity = column.identity
    return column.computed is None and not (identity is not None and identity.always)


async def _compare_as_text(source: AsyncEngine, target: AsyncEngine) -> None:
    preparer = asyncpg.dialect().identifier_preparer
    async with source.connect() as live, target.connect() as alone:
        for table in Base.metadata.sorted_tables:
            if table.schema == "auth" or not table.info.get("compared", True):
                continue
            if table.dialect_options["postgresql"]["partition_by"]:
                continue
            query = AS_TEXT.format(preparer.format_table(table)).replace(":", "\\:")
            was = [tuple(row) for row in await live.execute(text(query))]
            now = [tuple(row) for row in await alone.execute(text(query))]
            assert was == now, (table.key, was, now)


def check_types(class_: type[Any], row: Any) -> None:
    """A value is what the annotation says it is."""
    for name, annotation in class_.__annotations__.items():
        (inner,) = typing.get_args(annotation)
        if hasattr(getattr(class_, name).property, "columns"):
            value = getattr(row, name)
            assert fits(inner, value), (class_, name, inner, value, type(value))


def fits(annotation: Any, value: Any) -> bool:
    """Tell whether *value* is one of *annotation*."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, types.UnionType}:
        return any(fits(each, value) for each in arguments)
    if origin is typing.Literal:
        return value in arguments
    if origin is list:
        values = cast("list[Any]", value) if isinstance(value, list) else [object()]
        return all(each is None or fits(arguments[0], each) for each in values)
    whole = origin or annotation
    # True is an int, and a moment is a date.
    return (
        whole is Any or type(value) is whole or (whole not in STRICT and isinstance(value, whole))
    )
