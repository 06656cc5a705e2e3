"""What the queries of `sql/` answer, and by which number of Postgres's it hangs together."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, text

Row = dict[str, Any]

SQL = {
    path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("sql/*.sql")
}
"""Each with as many rows as it takes: no query is of one table."""

NEWER = re.compile(r"\w+ /\* (?P<version>\d+): (?P<column>\S+) \*/")
"""A column that an older server lacks, behind what stands for it there."""


def fetch(
    connection: Connection, name: str, server_version: int = 0, **parameters: Any
) -> list[Row]:
    """Run the query of that *name*; the rows are named as the fields of what they become.

    *server_version* is as Postgres counts it.
    """

    def choose(match: re.Match[str]) -> str:
        is_known = server_version >= int(match["version"]) * 10_000
        return match["column"] if is_known else match[0]

    result = connection.execute(text(NEWER.sub(choose, SQL[name])), parameters)
    return [{key: _value(value) for key, value in row.items()} for row in result.mappings()]


def _value(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


class Rows:
    """The rows of every query, to be asked for by what they hang on."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self._rows = rows
        self._groups: dict[tuple[str, str], Mapping[Any, Sequence[Row]]] = {}
        self._extensions = {
            (row["catalogue"], row["oid"]): row["extension"] for row in rows["members"]
        }
        self._types = {row["oid"]: row for row in rows["types"]}

    def of(self, query: str, key: str, value: Any) -> Sequence[Row]:
        """Return the rows of *query* that have *value* as their *key*, in their order."""
        if (query, key) not in self._groups:
            groups: defaultdict[Any, list[Row]] = defaultdict(list)
            for row in self._rows[query]:
                groups[row[key]].append(row)
            self._groups[query, key] = groups
        return self._groups[query, key].get(value, ())

    def type(self, oid: int) -> Row:
        """Return what is known of a type."""
        return self._types[oid]

    def extension(self, catalogue: str, oid: int) -> str | None:
        """Return the extension that an object belongs to."""
        return self._extensions.get((catalogue, oid))


def without(row: Row, *keys: str) -> Row:
    """Return the rest of *row*: the fields of what it becomes."""
    return {key: value for key, value in row.items() if key not in keys}
