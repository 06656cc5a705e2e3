"""What the database has of what is declared, in its own words and without a mark left on it.

What is declared is made among what is temporary, in a transaction of its own that is rolled back:
then Postgres says both in the same words. Of the tables it takes the lock of a reader.
"""

import json
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ....supabase.database.login.refusals import refusal_of
from ....supabase.tables.grants import Grant
from ...failure import Failure
from .. import lock
from .found import Found, is_silent
from .made import Mark
from .verdict import Pair
from .wanted import Wanted

SQL = {
    path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("sql/*.sql")
}
ASK = text("select set_config('declared.asked', :asked, true)")
HEAR = text("select current_setting('declared.answers')")
PATIENT = f"set local lock_timeout = '{lock.LOCK_WITHIN}'"
BY_FULL_NAMES = "set local search_path = ''"

IN = {"function": "pg_proc", "trigger": "pg_trigger"}
"""Where a kind is kept, unless it is a relation."""
OTHERS = ("pg_policy", "pg_attrdef", "pg_constraint", "pg_class")

Root = tuple[str, str] | tuple[str, str, str]
"""Where something is kept and its number; or "table", or its "rows", and a name; or "column"."""


@contextmanager
def apart(connection: Connection) -> Generator[Connection]:
    """Open another connection to the database, in a transaction that is rolled back.

    Raises:
        Failure: there is none to be had.
    """
    try:
        other = connection.engine.connect()
    except (OSError, DBAPIError) as error:
        remedy = refusal_of(error).remedy
        raise Failure(
            f"comparing views and functions needs a second connection: {remedy}"
        ) from error
    with other:
        other.exec_driver_sql(PATIENT)
        yield other
        other.rollback()


def pair(connection: Connection, wanted: Sequence[Wanted], made: Sequence[Mark]) -> list[Pair]:
    """Return each of *wanted* beside what is there, then what is there of what was *made*."""
    asked = [_question(each.mark, each.trial) for each in wanted]
    asked += [_question(mark) for mark in made]
    trial = connection.begin_nested()
    connection.execute(ASK, {"asked": json.dumps(asked)})
    connection.exec_driver_sql(SQL["try"])
    answers: list[tuple[int | None, int | None, str | None]]
    answers = json.loads(connection.scalar(HEAR) or "[]")
    connection.exec_driver_sql(BY_FULL_NAMES)
    planned = read(connection, (each[1] for each in answers[: len(wanted)]))
    trial.rollback()
    connection.exec_driver_sql(BY_FULL_NAMES)
    found = read(connection, (each[0] for each in answers))
    pairs: list[Pair] = []
    seen = set[tuple[str, int | None]]()
    marks = [*((each.mark, each) for each in wanted), *((mark, None) for mark in made)]
    for (mark, said), (is_, tried, failure) in zip(marks, answers, strict=True):
        where = IN.get(mark.kind, "pg_class")
        if said or (is_ is not None and (where, is_) not in seen):
            there, plan = found.get((where, is_)), planned.get((where, tried))
            pairs.append(Pair(mark, said, there, plan, failure))
            seen.add((where, is_))
    return [each for each in pairs if each.wanted or (each.found and not is_silent(each.found))]


def read(connection: Connection, oids: Iterable[int | None]) -> dict[tuple[str, int | None], Found]:
    """Return the views, functions and triggers with these *oids*, by where they are kept."""
    asked = [each for each in oids if each is not None]
    found: dict[tuple[str, int | None], Found] = {}
    for query, where in (
        ("views", "pg_class"),
        ("functions", "pg_proc"),
        ("triggers", "pg_trigger"),
    ):
        for row in connection.execute(text(SQL[query]), {"asked": asked}).mappings():
            found[where, row["oid"]] = _found(row)
    return found


def dependants(connection: Connection, roots: Sequence[Root]) -> dict[tuple[str, int], Found]:
    """Return what depends on *roots*, however far, by where it is kept."""
    if not roots:
        return {}
    asked: defaultdict[str, list[int]] = defaultdict(list)
    for where, oid in connection.execute(text(SQL["dependants"]), {"roots": json.dumps(roots)}):
        asked[where].append(oid)
    every = read(connection, (oid for oids in asked.values() for oid in oids))
    found = {
        (where, oid): every[where, oid]
        for where, oids in asked.items()
        for oid in oids
        if (where, oid) in every
    }
    parameters = {where: asked[where] for where in OTHERS}
    for row in connection.execute(text(SQL["others"]), parameters).mappings():
        said = dict(row)
        where = said.pop("catalogue")
        found[where, said["oid"]] = Found(**said)
    return found


def _question(mark: Mark, trial: Sequence[str] = ()) -> Mapping[str, Any]:
    where = IN.get(mark.kind, "pg_class")
    name = mark.name
    if mark.on and name.startswith('"'):
        name = name[1:-1].replace('""', '"')
    return {"catalogue": where, "name": name, "on": mark.on, "make": [*trial]}


def _found(row: Mapping[Any, Any]) -> Found:
    said = dict(row)
    for key in ("shape", "options", "indexes", "index_names"):
        said[key] = tuple(said[key])
    said["grants"] = frozenset(Grant(*each) for each in said["grants"])
    return Found(**said)
