"""Tables that are plainly as their models say, which Alembic need not build and compare again.

Only what Alembic compares is looked at: of an index, its name (`definitions/` knows the rest).
Whatever is not plain is equal to nothing, so that Alembic has the last word on it.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Table, UniqueConstraint
from sqlalchemy.types import NullType, TypeEngine

ACTIONS = ("ondelete", "onupdate", "deferrable", "initially", "match")


def is_alike(table: Table, found: Mapping[str, Any], dialect: Dialect) -> bool:
    """Whether *found*, what an inspector tells by kind, is word for word what *table* says."""
    text = partial(_type_text, dialect=dialect)
    return (
        (table.comment or None) == found["table_comment"]["text"]
        and _columns(table, text) == _found_columns(found["columns"], text)
        and _uniques(table) == _found_uniques(found["unique_constraints"])
        and {each.name for each in table.indexes} == _found_indexes(found["indexes"])
        and _keys(table) == _found_keys(found["foreign_keys"])
    )


def _type_text(type_: TypeEngine[Any], dialect: Dialect) -> object:
    return object() if isinstance(type_, NullType) else type_.compile(dialect)


def _columns(table: Table, text: Any) -> dict[str, object]:
    return {
        each.name: (text(each.type), each.nullable, each.comment or None)
        for each in table.columns
        if not each.system
    }


def _found_columns(columns: Iterable[Mapping[str, Any]], text: Any) -> dict[str, object]:
    return {
        each["name"]: (text(each["type"]), each["nullable"], each.get("comment") or None)
        for each in columns
    }


def _uniques(table: Table) -> dict[object, object]:
    return {
        each.name: each if each.dialect_kwargs else tuple(column.name for column in each.columns)
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
    }


def _found_uniques(uniques: Iterable[Mapping[str, Any]]) -> dict[object, object]:
    return {
        each["name"]: object() if _options(each) else tuple(each["column_names"])
        for each in uniques
    }


def _found_indexes(indexes: Iterable[Mapping[str, Any]]) -> set[object]:
    # The index of a constraint goes with the constraint.
    return {each["name"] for each in indexes if not each.get("duplicates_constraint")}


def _options(found: Mapping[str, Any]) -> list[object]:
    return [each for each in found.get("dialect_options", {}).values() if each]


def _keys(table: Table) -> dict[object, object]:
    return {
        each.name: each
        if each.dialect_kwargs
        else (
            tuple(each.column_keys),
            tuple(element.target_fullname for element in each.elements),
            {name: str(value).lower() for name in ACTIONS if (value := getattr(each, name))},
        )
        for each in table.foreign_key_constraints
    }


def _found_keys(keys: Iterable[Mapping[str, Any]]) -> dict[object, object]:
    return {
        each["name"]: (
            tuple(each["constrained_columns"]),
            tuple(_target(each, name) for name in each["referred_columns"]),
            {name: str(value).lower() for name, value in each["options"].items() if value},
        )
        for each in keys
    }


def _target(key: Mapping[str, Any], column: str) -> object:
    names = [each for each in (key["referred_schema"], key["referred_table"], column) if each]
    # A name with a dot could be read in two ways.
    return object() if any("." in each for each in names) else ".".join(names)
