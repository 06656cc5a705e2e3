"""Policies tried on rows that exist, in a person's name, and the rows that they really see.

A condition is parsed as the login, and runs as the person: Postgres, too, asks nobody for the
schema of a function that a policy names, and everybody for the function.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

from ...supabase.database.actor import SERVICE, Actor
from .facts import Policy, Relation, quoted
from .looking import ALL_ROWS, LOGIN, Looking

SAMPLE = 100
"""Rows that policies are tried on."""
COUNTED = 100_000
"""Rows that are counted; there may be more."""

RECURSION = "42P17"
"""A policy that reads its own table, maybe by way of others."""

NAMES_USER = re.compile(r'"?(\w+)"? = (?:\( SELECT )?auth\.uid\(\)|auth\.uid\(\) = "?(\w+)"?')

Results = tuple[bool, ...]
"""For each row of the sample, whether a condition holds."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something could not be evaluated."""

    sentence: str
    sqlstate: str


@dataclass(slots=True)
class Trials:
    """What came of it."""

    there: int | None = None
    """Rows that exist; None if no login sees them all."""
    seen: int | Trouble | None = None
    """Rows that the person sees; None where they may not ask."""
    sample: int = 0
    results: dict[tuple[str, str], Results | Trouble] = field(
        default_factory=dict[tuple[str, str], Results | Trouble]
    )
    """By a policy's name and what it is tried as: `using`, `check`, or `select` for RETURNING."""
    recursion: dict[str, Trouble] = field(default_factory=dict[str, Trouble])
    """By command, where Postgres cannot even plan it."""

    def of(self, policy: Policy, tried_as: str) -> Results | Trouble | None:
        """Return the results of *policy*."""
        return self.results.get((policy.name, tried_as))


async def try_out(looking: Looking, relation: Relation, actor: Actor, user: str | None) -> Trials:
    """Try the policies of *relation* as *actor*, whose id is *user*, and count."""
    trials = Trials()
    viewer = await _viewer(looking, relation)
    if viewer:
        trials.there = await _count(looking, relation, viewer, **ALL_ROWS)
    if relation.usage and relation.may("select"):
        trials.seen = await _seen(looking, relation, actor)
    if not viewer or not relation.policies:
        return trials
    lines = await _sample(looking, relation, viewer)
    trials.sample = len(lines)
    theirs = owned(relation, user)
    for policy in relation.policies:
        if policy.is_for_role:
            for tried_as, condition, change in _asked(policy, theirs):
                tried = Trial(relation, condition, lines, change)
                trials.results[policy.name, tried_as] = await _try(looking, tried, actor)
    return trials


@dataclass(frozen=True, slots=True)
class Trial:
    """A condition, and the rows to try it on, each with a *change*."""

    relation: Relation
    condition: str
    lines: Sequence[str]
    change: Mapping[str, str]

    def statement(self) -> str:
        """Return a query with an answer for each row of its one parameter, in their order."""
        row = "pg_catalog.jsonb_populate_record"
        change = "pg_catalog.jsonb_object($2::text[], $3::text[])"
        return (
            f"select (select coalesce(({self.condition}), false)"  # noqa: S608  # as the catalogue has it
            f" from {row}(cast(sampled.line as {self.relation.quoted}), {change})"
            f" as {quoted(self.relation.name)})"
            " from unnest($1::text[]) with ordinality as sampled (line, place) order by place"
        )


def owned(relation: Relation, user: str | None) -> dict[str, str]:
    """Return the columns that say whose row it is, with the *user*."""
    if user is None:
        return {}
    names = {it.name for it in relation.columns if it.names_user}
    for policy in relation.policies:
        for condition in (policy.using or "", policy.check or ""):
            names |= {one or other for one, other in NAMES_USER.findall(condition)}
    return {it.name: user for it in relation.columns if it.name in names}


def _asked(policy: Policy, theirs: dict[str, str]) -> list[tuple[str, str, dict[str, str]]]:
    """Return what *policy* is tried as, its condition there, and what rows have changed."""
    asked: list[tuple[str, str, dict[str, str]]] = []
    if policy.command != "insert":
        asked.append(("using", policy.condition("select"), {}))
    if policy.command in {"all", "select"}:
        asked.append(("select", policy.condition("select"), theirs))
    if policy.command in {"all", "insert"}:
        asked.append(("insert", policy.condition("insert"), theirs))
    if policy.command in {"all", "update"}:
        asked.append(("update", policy.condition("update", on_new=True), {}))
    return asked


async def plan_writes(looking: Looking, relation: Relation, actor: Actor) -> dict[str, Trouble]:
    """Return the commands of *actor* that no plan can be made of, since a policy recurses.

    Postgres puts policies into a statement that it only explains, and runs none of it. A condition
    alone does not tell: it recurses by way of the table's other policies.
    """
    statements = {"insert": "default values", "delete": ""}
    if relation.columns:
        statements["update"] = f"set {quoted(relation.columns[0].name)} = default"
    found: dict[str, Trouble] = {}
    for command, rest in statements.items():
        what = {"insert": "insert into", "update": "update", "delete": "delete from"}[command]
        try:
            async with looking.acting(actor) as driver:
                await driver.fetch(f"explain {what} {relation.quoted} {rest}")  # quoted
        except asyncpg.PostgresError as error:
            if error.sqlstate == RECURSION:
                found[command] = trouble(error)
    return found


async def _viewer(looking: Looking, relation: Relation) -> Actor | None:
    """Return who sees every row: the login, or the service if the login may act for it."""
    for actor in (LOGIN, SERVICE):
        try:
            async with looking.acting(actor, **ALL_ROWS) as driver:
                await driver.fetch(f"select from {relation.quoted} limit 1")  # quoted
                return actor
        except asyncpg.PostgresError:
            continue
    return None


async def _count(looking: Looking, relation: Relation, actor: Actor, **settings: str) -> int | None:
    try:
        async with looking.acting(actor, **settings) as driver:
            return await driver.fetchval(
                f"select count(*) from (select from {relation.quoted} limit {COUNTED}) as there"  # noqa: S608  # quoted
            )
    except asyncpg.QueryCanceledError:
        return None


async def _seen(looking: Looking, relation: Relation, actor: Actor) -> int | Trouble | None:
    try:
        return await _count(looking, relation, actor)
    except asyncpg.PostgresError as error:
        return trouble(error)


async def _sample(looking: Looking, relation: Relation, viewer: Actor) -> list[str]:
    alias = "sampled"
    while any(it.name == alias for it in relation.columns):
        alias += "_"
    async with looking.acting(viewer, **ALL_ROWS) as driver:
        rows = await driver.fetch(
            f"select {alias}::text from {relation.quoted} as {alias} limit {SAMPLE}"  # noqa: S608  # quoted
        )
    return [row[0] for row in rows]


async def _try(looking: Looking, trial: Trial, actor: Actor) -> Results | Trouble:
    names = list(trial.change)
    try:
        async with looking.acting(LOGIN) as driver:
            statement = await driver.prepare(trial.statement())
        async with looking.acting(actor):
            rows = await statement.fetch(
                list(trial.lines), names, [trial.change[name] for name in names]
            )
    except asyncpg.PostgresError as error:
        return trouble(error)
    return tuple(row[0] for row in rows)


def trouble(error: asyncpg.PostgresError) -> Trouble:
    """Return what to tell of *error*."""
    return Trouble(str(error).partition("\n")[0], error.sqlstate or "")


def passing(trials: Trials, policies: Sequence[Policy], tried_as: str) -> list[bool] | Trouble:
    """Return which rows of the sample all of *policies* together let through."""
    through = [False] * trials.sample
    cut = [True] * trials.sample
    for policy in policies:
        found = trials.of(policy, tried_as)
        if isinstance(found, Trouble):
            return Trouble(f"policy {policy.name!r} fails: {found.sentence}", found.sqlstate)
        for place, holds in enumerate(found or ()):
            if policy.permissive:
                through[place] |= holds
            else:
                cut[place] &= holds
    return [one and other for one, other in zip(through, cut, strict=True)]
