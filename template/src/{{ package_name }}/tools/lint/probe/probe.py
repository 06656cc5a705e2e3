"""The `lint --probe` command: what anon, a stranger and an owner can really do."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ....supabase.database.settings import DatabaseSettings
from ...connect import ask
from ...failure import Failure
from ...schema.scope import is_of_project
from ...unmigrated import once_migrated
from ..read import COMMON
from . import statements
from .target import Called, Column, Outcome, Person, Routine, Target
from .trying import try_relation, try_routine

HERE = Path(__file__).parent

SHARED, TARGETS, ROUTINES = (
    (HERE / f"{name}.sql").read_text(encoding="utf-8") for name in ("unsafe", "targets", "routines")
)

SCHEMAS = text("select nspname from pg_namespace")
SETTINGS = text("""
    select set_config('lint.schemas', :schemas, true), set_config('search_path', '', true)
""")
LIMITS = text("""
    select set_config('lock_timeout', '1s', true), set_config('statement_timeout', '5s', true),
           set_config('search_path', 'public, extensions, pg_temp', true)
""")
"""Nobody waits long for a probe; names are found as the service finds them."""
CANNOT = text("""
    select rolname::text from pg_roles
    where rolname in ('anon', 'authenticated') and not pg_has_role(oid, 'member')
""")


def probe(settings: DatabaseSettings, migrate: str) -> tuple[list[Outcome], list[Called]]:
    """Return what came of every table, view and function that a role of the API reaches.

    Raises:
        Failure: the database cannot be reached, or has nothing of this project before the command
            *migrate* was run; or the login may not act as them.
    """
    return asyncio.run(ask(settings, once_migrated(try_all, migrate, who="lint"), who="lint"))


def try_all(connection: Connection) -> tuple[list[Outcome], list[Called]]:
    """Try everything, one transaction a table: its locks are held no longer.

    Raises:
        Failure: the login may not act as the roles of the API.
    """
    if cannot := [*connection.scalars(CANNOT)]:
        raise Failure(f"lint: this login may not act as {cannot[0]}: grant {cannot[0]} to it")
    targets, routines = _found(connection)
    connection.rollback()
    owners = {each.object: _owner(connection, each) for each in targets}
    usual = next((owner for owner in owners.values() if owner), None)
    stranger = Person("a stranger", "authenticated", str(uuid4()))
    outcomes: list[Outcome] = []
    for target in targets:
        owner = owners[target.object] or usual
        persons = [Person("anon", "anon"), stranger, *_owners(owner)]
        outcomes.append(_tried(connection, target, persons))
    persons = [Person("anon", "anon"), stranger, *_owners(usual)]
    called: list[Called] = []
    for routine in routines:
        connection.execute(LIMITS)
        for person in persons:
            answer = try_routine(connection, routine, person)
            called.append(Called(routine.object, person.label, answer))
        connection.rollback()
    return outcomes, called


def _tried(connection: Connection, target: Target, persons: list[Person]) -> Outcome:
    try:
        connection.execute(LIMITS)
        return try_relation(connection, target, persons)
    except DBAPIError as error:
        sentence = str(error.orig).rpartition(": ")[2]
        return Outcome(target.object, "?", note=f"not tried: {sentence}")
    finally:
        connection.rollback()


def _found(connection: Connection) -> tuple[list[Target], list[Routine]]:
    schemas = [name for name in connection.scalars(SCHEMAS) if is_of_project(name)]
    connection.execute(SETTINGS, {"schemas": json.dumps(schemas)})
    targets: list[Target] = []
    for row in connection.exec_driver_sql(f"{COMMON}{SHARED}{TARGETS}").mappings():
        values: dict[str, Any] = dict(row)
        values["columns"] = [Column(**each) for each in values["columns"]]
        targets.append(Target(**values))
    routines = connection.exec_driver_sql(f"{COMMON}{SHARED}{ROUTINES}").mappings()
    return targets, [Routine(**row) for row in routines]


def _owner(connection: Connection, target: Target) -> str | None:
    """Return somebody who has a row there, if this login sees one."""
    statement = statements.owner(target)
    if not statement or target.risk:
        return None
    try:
        connection.execute(LIMITS)
        return connection.exec_driver_sql(statement).scalar()
    except DBAPIError:
        return None
    finally:
        connection.rollback()


def _owners(sub: str | None) -> list[Person]:
    return [Person(f"owner {sub}", "authenticated", sub)] if sub else []
