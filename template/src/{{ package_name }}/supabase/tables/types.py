"""Types of Postgres that SQLAlchemy has no class for, or none that is whole.

Values travel as text, which Postgres reads and writes itself: the driver asks about no type that it
does not know, so this works behind every pooler, and needs no package of the extension.
"""

import functools
import re
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Dialect, Float, String, Text, cast, type_coerce
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.sql.operators import OperatorClass
from sqlalchemy.types import UserDefinedType

Value = TypeVar("Value")

ARGUMENTS = re.compile(r"\(.*|(\[\])+$")


class Verbatim(UserDefinedType[Value]):
    """What travels as text."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        name = ARGUMENTS.sub("", sql).lower()
        # Alembic finds types here: it would warn of one that is not, and not compare it.
        if ischema_names.get(name) in (None, String):
            types: dict[str, Any] = ischema_names
            types[name] = functools.partial(_reflected, name)

    def get_col_spec(self, **_: Any) -> str:
        """Return the type as Postgres calls it."""
        return self.sql

    def bind_expression(self, bindvalue: BindParameter[Value]) -> ColumnElement[Value]:
        """Let Postgres read the text."""
        return cast(cast(bindvalue, Text), self)

    def column_expression(self, colexpr: ColumnElement[Value]) -> ColumnElement[Any]:
        """Let Postgres write the text."""
        return type_coerce(cast(colexpr, Text), self)


def _reflected(name: str, *arguments: object, **_: object) -> "AsText":
    return AsText(f"{name}({','.join(map(str, arguments))})" if arguments else name)


class AsText(Verbatim[str]):
    """A type by the name that Postgres gives it, `AsText("point")`; a value is Postgres' text."""

    cache_ok = True


class Domain(DOMAIN):
    """A domain that is read, written and compared as what it is made of.

    SQLAlchemy's own has no operators yet, and warns of that.
    """

    operator_classes = OperatorClass.ANY

    def bind_processor(self, dialect: Dialect) -> Any:
        """Write a value as one of the type below."""
        return self.data_type.dialect_impl(dialect).bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read a value as one of the type below."""
        return self.data_type.dialect_impl(dialect).result_processor(dialect, coltype)


class Vector(Verbatim[Sequence[float]]):
    """Numbers of the extension `vector`: `Vector(3)`, or `Vector(3, "halfvec")`."""

    cache_ok = True

    def __init__(self, length: int | None = None, name: str = "vector") -> None:
        self.length = length
        self.name = name
        super().__init__(name if length is None else f"{name}({length})")

    class Comparator(UserDefinedType.Comparator[Sequence[float]]):
        """How near two vectors are: `.order_by(Document.embedding.l2_distance(v))`."""

        def l2_distance(self, other: Any) -> ColumnElement[float]:
            """Return the length of the way between them."""
            return self._far("<->", other)

        def cosine_distance(self, other: Any) -> ColumnElement[float]:
            """Return 1 less the cosine of their angle."""
            return self._far("<=>", other)

        def max_inner_product(self, other: Any) -> ColumnElement[float]:
            """Return their inner product, negative, so that the nearest comes first."""
            return self._far("<#>", other)

        def _far(self, operator: str, other: Any) -> ColumnElement[float]:
            return type_coerce(self.expr.op(operator)(other), Float())

    comparator_factory = Comparator

    def bind_processor(self, dialect: Dialect) -> Any:
        """Write the numbers as Postgres reads them."""
        del dialect

        def process(value: Sequence[float] | None) -> str | None:
            return None if value is None else f"[{','.join(map(str, value))}]"

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read the numbers."""
        del dialect, coltype

        def process(value: str | None) -> list[float] | None:
            return None if value is None else [float(each) for each in value[1:-1].split(",")]

        return process
