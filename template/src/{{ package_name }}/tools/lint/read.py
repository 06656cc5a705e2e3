"""From a connection to the findings, in one query an advisory.

Each reads `pg_catalog`, which every login may read, and takes no lock but that of a reader; those
of buckets read Storage's own table, where the login may.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ..failure import Failure
from ..migrations.environment import load_models
from ..migrations.explain import explain
from ..migrations.policies.declared import LOGIN
from ..schema.scope import is_of_project
from .finding import LEVELS, Finding
from .meant import Meant, meant

Row = Mapping[str, Any]

HERE = Path(__file__).parent

FOLDER = HERE / "sql"

COMMON = (HERE / "common.sql").read_text(encoding="utf-8")

ADVISORIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))}
"""By name; each goes on after what they share."""

DECLARED = "grants_beyond_declared"
"""The one that compares with what is declared."""

READS = re.compile(r"-- reads: (\S+)\n")
TITLE = re.compile(r"(?:-- reads: \S+\n)?((?:--[^\n]*\n)+)")

SCHEMAS = text("select nspname from pg_namespace")
SETTINGS = text("""
    select name, current_setting(name, true), set_config(name, wanted, true)
    from unnest(cast(:names as text[]), cast(:wanted as text[])) as setting (name, wanted)
""")
READ_ONLY = text("set transaction read only")
MAY_READ = text("""
    select has_schema_privilege(relnamespace, 'usage')
           and has_table_privilege(pg_class.oid, 'select') and not row_security_active(pg_class.oid)
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname || '.' || relname = :table
""")
"""No row where there is no such table."""


@dataclass(frozen=True)
class Report:
    """What was found, and what this login could not look at."""

    findings: list[Finding]
    not_asked: dict[str, str]
    """The advisories that were left out, and the table that each needs."""

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(each.level == "error" for each in self.findings)


async def findings(
    connection: AsyncConnection, migrations: Path = Path("migrations")
) -> list[Finding]:
    """Return what is wrong in the schema that *connection* sees, the worst first.

    Its transaction is read-only from then on. *migrations* is the project's folder of them.

    Raises:
        Failure: a declaration has a mistake.
    """
    return (await connection.run_sync(read_report, load_declarations, migrations)).findings


def load_declarations() -> MetaData:
    """Return what every feature declares.

    Raises:
        Failure: one of them has a mistake.
    """
    try:
        return load_models()
    except Failure:
        raise
    except Exception as error:
        raise Failure(f"lint: {explain(error)}") from error


def read_report(connection: Connection, load: Callable[[], MetaData], migrations: Path) -> Report:
    """Ask every advisory, in the transaction of *connection*.

    *load* returns what is declared. It is called when the others are answered: what imports
    hundreds of models meanwhile has that time for it.

    Raises:
        Failure: a declaration has a mistake.
    """
    connection.execute(READ_ONLY)
    settings = _settings(connection)
    before = _set(connection, settings)
    rows: dict[str, list[Row]] = {}
    not_asked: dict[str, str] = {}
    for name in sorted(ADVISORIES.keys() - {DECLARED}):
        table = READS.match(ADVISORIES[name])
        may_read = connection.scalar(MAY_READ, {"table": table[1]}) if table else True
        if table and may_read is False:
            not_asked[name] = table[1]
        if may_read:
            rows[name] = _rows(connection, name)
    _set(connection, before)
    said = meant(connection, load(), migrations)
    _set(connection, settings | _declared(said))
    rows[DECLARED] = _rows(connection, DECLARED)
    _set(connection, before)
    found = [_finding(name, row, said) for name in rows for row in rows[name]]
    found.sort(key=lambda each: (LEVELS.index(each.level), each.name, each.object))
    return Report(found, not_asked)


def titles() -> dict[str, str]:
    """Return what each advisory is about, in a sentence."""
    return {name: _title(sql) for name, sql in ADVISORIES.items()}


def _title(sql: str) -> str:
    match = TITLE.match(sql)
    return " ".join((match[1] if match else "").replace("-- ", "").split())


def _settings(connection: Connection) -> dict[str, str]:
    """Return what the queries look up, and what the text of an expression depends on."""
    schemas = [name for name in connection.scalars(SCHEMAS) if is_of_project(name)]
    return {
        "lint.schemas": json.dumps(schemas),
        "lint.login": LOGIN,
        "search_path": "",
        "quote_all_identifiers": "off",
        "standard_conforming_strings": "on",
        "jit": "off",
    }


def _declared(said: Meant) -> dict[str, str]:
    """Return what the query looks up that compares with it."""
    return {
        "lint.tables": json.dumps(said.tables),
        "lint.declared": json.dumps(said.grants),
        "lint.watched": json.dumps(said.watched),
    }


def _set(connection: Connection, settings: Mapping[str, str]) -> dict[str, str]:
    """Set them for this transaction, and return what they were."""
    names = {"names": [*settings], "wanted": [*settings.values()]}
    return {name: before or "" for name, before, _ in connection.execute(SETTINGS, names)}


def _rows(connection: Connection, name: str) -> list[Row]:
    # As it stands: a colon or a percent sign in it is no parameter.
    asked = connection.exec_driver_sql(f"{COMMON}{ADVISORIES[name]}")
    return [dict(row) for row in asked.mappings()]


def _finding(name: str, row: Row, said: Meant) -> Finding:
    level, why = row["level"], row["why"]
    reason = said.reasons.get(row["object"])
    if reason and "roles" in row and {*row["roles"]} <= reason.roles:
        level, why = "info", f"{why}; on purpose: {reason.because}"
    return Finding(name, level, row["object"], why, row["remedy"])
