"""What an operation of Alembic's holds. Pure.

Where a table may be gone through and may not, as with a new type, it is said that it is.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, cast

from alembic.operations import ops
from sqlalchemy import CHAR, Computed, Enum, Float, Identity, Numeric, String
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.sql.schema import ForeignKeyConstraint

from ..definitions.found import Place
from .holds import (
    CONCURRENTLY,
    FILL_LATER,
    NEW_COLUMN,
    NOT_NULL,
    USING_INDEX,
    VALIDATE,
    Hold,
    Lock,
)

CALL = re.compile(r'([\w$]+)"?\s*\(')
"""The name of a function that a default calls."""


class Operations:
    """Operations of one revision; *volatile* are functions whose result each row has of its own."""

    def __init__(
        self, default_schema: str, volatile: Collection[str], quote: Callable[[str], str]
    ) -> None:
        self.default_schema = default_schema
        self.volatile = volatile
        self.quote = quote

    def holds(self, operation: ops.MigrateOperation) -> Iterator[Hold]:
        """Yield each lock that *operation* takes of a table, and whether for long."""
        match operation:
            case ops.AlterColumnOp():
                yield from self._altered(operation)
            case ops.AddColumnOp():
                yield self._added(operation)
            case ops.DropColumnOp():
                what = f"dropped column {operation.column_name}"
                yield self._short(operation.schema, operation.table_name, what)
            case ops.CreateIndexOp():
                yield from self._index(operation)
            case ops.DropIndexOp(table_name=str(table)):
                what = f"dropped index {operation.index_name}"
                yield self._short(operation.schema, table, what)
            case ops.CreateForeignKeyOp():
                yield from self._foreign_key(operation)
            case ops.CreateUniqueConstraintOp() | ops.CreatePrimaryKeyOp():
                place = self._place(operation.schema, operation.table_name)
                what = f"constraint {operation.constraint_name}"
                yield Hold(place, what, Lock.ACCESS_EXCLUSIVE, is_long=True, careful=USING_INDEX)
            case ops.DropConstraintOp():
                yield from self._dropped_constraint(operation)
            case _:
                pass

    def _place(self, schema: str | None, table: str) -> Place:
        return schema or self.default_schema, table

    def _short(self, schema: str | None, table: str, what: str) -> Hold:
        return Hold(self._place(schema, table), what, Lock.ACCESS_EXCLUSIVE)

    def _altered(self, operation: ops.AlterColumnOp) -> Iterator[Hold]:
        place = self._place(operation.schema, operation.table_name)
        column = operation.column_name
        is_rewritten = operation.modify_type is not None and not is_wider(
            operation.existing_type, operation.modify_type
        )
        # Alembic says the type and the rest in statements of their own.
        if operation.modify_type is not None:
            what = f"type of {column}"
            yield Hold(place, what, Lock.ACCESS_EXCLUSIVE, is_rewritten, NEW_COLUMN)
        if operation.modify_nullable is False:
            what, careful = f"not null of {column}", NOT_NULL.format(self.quote(column))
            yield Hold(place, what, Lock.ACCESS_EXCLUSIVE, is_long=True, careful=careful)
        elif operation.modify_nullable or operation.modify_server_default is not False:
            yield Hold(place, f"column {column}", Lock.ACCESS_EXCLUSIVE)

    def _added(self, operation: ops.AddColumnOp) -> Hold:
        column = operation.column
        default: Any = column.server_default
        called: list[str] = CALL.findall(str(getattr(default, "arg", "")))
        is_computed = isinstance(default, Computed) and default.persisted is not False
        is_long = (
            is_computed
            or isinstance(default, Identity)
            or isinstance(cast("Any", column.type), DOMAIN)
            or any(name.lower() in self.volatile for name in called)
        )
        return Hold(
            self._place(operation.schema, operation.table_name),
            f"column {column.name}",
            Lock.ACCESS_EXCLUSIVE,
            is_long,
            FILL_LATER,
        )

    def _index(self, operation: ops.CreateIndexOp) -> Iterator[Hold]:
        if not operation.kw.get("postgresql_concurrently"):
            place = self._place(operation.schema, operation.table_name)
            what = f"index {operation.index_name}"
            yield Hold(place, what, Lock.SHARE, is_long=True, careful=CONCURRENTLY)

    def _foreign_key(self, operation: ops.CreateForeignKeyOp) -> Iterator[Hold]:
        said = operation.kw
        places = {
            self._place(said.get("source_schema"), operation.source_table),
            self._place(said.get("referent_schema"), operation.referent_table),
        }
        what = f"foreign key {operation.constraint_name}"
        is_long = not said.get("postgresql_not_valid")
        lock = Lock.SHARE_ROW_EXCLUSIVE
        yield from (Hold(place, what, lock, is_long, VALIDATE) for place in sorted(places))

    def _dropped_constraint(self, operation: ops.DropConstraintOp) -> Iterator[Hold]:
        what = f"dropped constraint {operation.constraint_name}"
        yield self._short(operation.schema, operation.table_name, what)
        if operation.constraint_type == "foreignkey":
            key = cast("ForeignKeyConstraint", operation.to_constraint())
            *schema, table, _ = key.elements[0].target_fullname.split(".")
            yield self._short(".".join(schema) or None, table, what)


def calls(operation: ops.AddColumnOp) -> set[str]:
    """Return the functions that the default of a new column calls."""
    return {*CALL.findall(str(getattr(operation.column.server_default, "arg", "")).lower())}


def is_wider(was: Any, now: Any) -> bool:
    """Whether what a column of type *was* holds stays as it is, and needs no look."""
    if _is_number(was) and _is_number(now):
        is_enough = was.precision is not None and (now.precision or 0) >= was.precision
        return now.precision is None or (now.scale == was.scale and is_enough)
    if _is_text(was) and _is_text(now) and was.collation == now.collation:
        return now.length is None or (was.length is not None and now.length >= was.length)
    return False


def _is_number(type_: Any) -> bool:
    return isinstance(type_, Numeric) and not isinstance(type_, Float)


def _is_text(type_: Any) -> bool:
    return isinstance(type_, String) and not isinstance(type_, (CHAR, Enum))
