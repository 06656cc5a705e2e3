"""From a connection to the catalogue, in as many queries for two thousand tables as for one.

Reads `pg_catalog` alone, which every login may read in full: so all see the same, and no lock is
taken but that of a reader.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

from ..failure import Failure
from .catalogue import Catalogue, Extension
from .rows import SQL, Row, Rows, fetch
from .schemas import schema
from .scope import is_of_postgres, is_of_project

SETTINGS = {
    "search_path": "",  # every name is printed with its schema
    "bytea_output": "hex",
    "datestyle": "ISO, YMD",
    "extra_float_digits": "1",
    "intervalstyle": "postgres",
    "quote_all_identifiers": "off",
    "timezone": "UTC",
}
"""What the text of an expression depends on: the same, whoever reads it."""

BEFORE = text("select name, current_setting(name) from unnest(cast(:names as text[])) name")
SET = text("""
    select set_config(name, setting, true)
    from unnest(cast(:names as text[]), cast(:settings as text[])) as wanted (name, setting)
""")

OF_THE_DATABASE = {"extensions", "members", "types"}
"""Queries that are not of the schemas that were chosen."""


def read_catalogue(
    connection: Connection,
    schemas: Sequence[str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Catalogue:
    """Read these *schemas*, or every one that neither Postgres, Supabase nor an extension made.

    *progress* is told what is read next.

    Raises:
        Failure: one of them is not there.
    """
    every = fetch(connection, "schemas")
    chosen = _choose(every, schemas)
    version: int = every[0]["server_version"]
    with _settled(connection):
        oids = [row["oid"] for row in chosen]
        rows: dict[str, list[Row]] = {}
        for name in sorted(SQL.keys() - {"schemas"}):
            progress(name.replace("_", " "))
            parameters = {} if name in OF_THE_DATABASE else {"schemas": oids}
            rows[name] = fetch(connection, name, version, **parameters)
    hanging = Rows(rows)
    return Catalogue(
        version,
        tuple(schema(row, hanging) for row in chosen),
        tuple(Extension(**row) for row in rows["extensions"]),
    )


@contextmanager
def _settled(connection: Connection) -> Generator[None]:
    """Set what texts depend on, for this transaction, and put it back when all went well."""
    before = {row[0]: row[1] for row in connection.execute(BEFORE, {"names": [*SETTINGS]})}
    _set(connection, SETTINGS)
    yield
    # Otherwise the transaction is broken, and takes them with it.
    _set(connection, before)


def _set(connection: Connection, settings: Mapping[str, str]) -> None:
    connection.execute(SET, {"names": [*settings], "settings": [*settings.values()]})


def _choose(every: Sequence[Row], names: Sequence[str] | None) -> list[Row]:
    if names is None:
        return [row for row in every if is_of_project(row["name"]) and not row["extension"]]
    there = {row["name"] for row in every}
    if missing := [name for name in names if name not in there]:
        others = ", ".join(sorted(name for name in there if not is_of_postgres(name)))
        raise Failure(f"there is no schema {missing[0]} in this database; it has {others}")
    return [row for row in every if row["name"] in names]
