"""What `doctor --as USER [TABLE]` tells: what that person sees, and why."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import asyncpg

from ...supabase.database.settings import DatabaseSettings
from ..failure import Failure
from ..schema.scope import is_of_project
from .case import Case, Verdict
from .demands import with_demands
from .facts import COMMANDS, Relation, relations, with_parts
from .looking import Looking, looking
from .person import HAS_RLS, Asked, Person, find_person
from .query import NO_RLS
from .trials import plan_writes, try_out
from .verdicts import reading
from .writes import writing


@dataclass(frozen=True, slots=True)
class Acting:
    """A person, as the database takes them."""

    person: Person
    role: str
    uid: str | None
    """What `auth.uid()` answers them."""
    login: str
    """As whom the database was asked."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Who it is, and the tables that were asked about."""

    acting: Acting
    cases: tuple[Case, ...]
    verdicts: Mapping[str, Verdict]
    """By command, of the one table that was named; empty for a list."""
    verdict: Verdict | None
    """What the last line says."""


def explain(
    settings: DatabaseSettings, asked: Asked, table: str | None = None, *, command: str = "select"
) -> Explanation:
    """Find out what somebody sees of *table*, or of all tables, and what becomes of *command*.

    Raises:
        Failure: there is no such user or table, or the database cannot be asked.
    """
    return asyncio.run(explanation(settings, asked, table, command=command))


async def explanation(
    settings: DatabaseSettings, asked: Asked, table: str | None = None, *, command: str = "select"
) -> Explanation:
    """Do it in this event loop."""
    if command not in COMMANDS:
        raise Failure(f"doctor: a command is one of {', '.join(COMMANDS)}, not {command!r}")
    person = await find_person(settings, asked, who="doctor")
    async with looking(settings, who="doctor", migrate=asked.migrate) as look:
        return await explained(look, person, table, command)


async def explained(
    look: Looking, person: Person, table: str | None, command: str = "select"
) -> Explanation:
    """Do it in a transaction that looks."""
    acting = await _act(look, person)
    if table is None:
        cases = tuple([await _case(look, acting, it) for it in await _listed(look, acting)])
        return Explanation(acting, cases, {}, None)
    case = await _case(look, acting, await _chosen(look, acting, table))
    if case.relation.is_judged and case.relation.is_table:
        actor = acting.person.actor
        case.trials.recursion = await plan_writes(look, case.relation, actor)
    verdicts = {"select": reading(case)}
    verdicts |= {name: with_demands(writing(case, name), case.relation) for name in COMMANDS[1:]}
    return Explanation(acting, (case,), verdicts, verdicts[command])


async def _act(look: Looking, person: Person) -> Acting:
    """Find out whether the login can act for *person*, and as whom.

    Raises:
        Failure: it cannot.
    """
    try:
        async with look.acting(person.actor) as driver:
            role: str = await driver.fetchval("select current_user::text")
    except asyncpg.InsufficientPrivilegeError as error:
        role = person.actor.role
        raise Failure(
            f"doctor: {look.login} may not act as {role}: run `grant {role} to {look.login}`"
        ) from error
    notes = [*person.notes, *(() if HAS_RLS else (NO_RLS,))]
    uid = None
    try:
        async with look.acting(person.actor) as driver:
            uid = await driver.fetchval("select auth.uid()::text")
    except asyncpg.PostgresError as error:
        notes.append(f"auth.uid() fails: {error}")
    return Acting(person, role, uid, look.login, tuple(notes))


async def _listed(look: Looking, acting: Acting) -> list[Relation]:
    found = await relations(look, acting.role)
    return [it for it in found if is_of_project(it.schema)]


async def _chosen(look: Looking, acting: Acting, table: str) -> Relation:
    found = await relations(look, acting.role, table)
    if not found:
        names = [it.title for it in await _listed(look, acting)]
        names += [name.partition(".")[2] for name in names]
        near = get_close_matches(table, names, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise Failure(f"doctor: there is no table {table} in this database{hint}")
    first = found[0]
    if table != first.title and first.schema != "public" and len(found) > 1:
        titles = ", ".join(it.title for it in found)
        raise Failure(f"doctor: several tables are called {table}: say which of {titles}")
    return first


async def _case(look: Looking, acting: Acting, relation: Relation) -> Case:
    whole = await with_parts(look, acting.role, relation)
    trials = await try_out(look, whole, acting.person.actor, acting.uid)
    claims: Mapping[str, Any] = acting.person.claims
    return Case(acting.person.name, acting.role, claims, whole, trials)
