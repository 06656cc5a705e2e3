"""Whom a command acts for: a user of `auth.users`, or somebody without a token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ...supabase.auth.principal import Principal
from ...supabase.database.actor import NOBODY, Actor, actor_of
from ...supabase.database.settings import DatabaseSettings
from ..connect import connect
from ..failure import Failure
from ..unmigrated import insist_on_tables

ANON = "anon"

HAS_RLS = NOBODY.role == ANON
"""Whether this project's transactions become a role that policies judge."""

USER = text("""
    select id::text as sub, email::text, phone::text, role::text, aud::text, is_anonymous,
           coalesce(raw_app_meta_data, '{}')::text as app_metadata,
           coalesce(raw_user_meta_data, '{}')::text as user_metadata,
           deleted_at is not null or banned_until > now() as is_out
    from auth.users
    where id::text = :user or lower(email) = :user
    order by is_sso_user, id
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom somebody at a terminal named."""

    user: str
    """An email, a UUID, or `anon`."""
    claims: str | None = None
    """JSON, which wins over what the database knows of them."""
    migrate: str = "migrate"
    """The command that brings this database to the newest migration."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, in the words of their access token."""

    name: str
    """As whoever asked has called them."""
    actor: Actor
    claims: Mapping[str, Any]
    """What their token says, so far as the database knows: a hook may add to it."""
    notes: tuple[str, ...] = ()
    """What an operator should know of them."""


async def find_person(settings: DatabaseSettings, asked: Asked, *, who: str) -> Person:
    """Return whom the command *who* was *asked* for.

    Raises:
        Failure: there is no such user, or the claims are none.
    """
    others = claims_of(asked.claims)
    if asked.user == ANON:
        if others:
            raise Failure(f"{who}: anon has no token, so no claims: leave --claims out")
        return Person(ANON, NOBODY, {})
    known, notes = await _look_up(settings, asked, who)
    return person_of(asked.user.strip(), known | others, notes, who=who)


def person_of(name: str, claims: Mapping[str, Any], notes: tuple[str, ...], *, who: str) -> Person:
    """Return whom a token with these *claims* is of, as the service would take it.

    Raises:
        Failure: the service would refuse it.
    """
    said = {key: value for key, value in claims.items() if value is not None}
    written = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    if "\\u0000" in written.replace("\\\\", ""):
        raise Failure(f"{who}: a claim holds the character 0, for which jsonb has no place")
    try:
        principal = Principal.model_validate({**said, "claims": said, "claims_json": written})
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        raise Failure(
            f"{who}: the service refuses a token with such claims:"
            f" {problem['loc'][0]} {problem['msg'].removeprefix('Value error, ')}"
        ) from None
    return Person(name, actor_of(principal), said, notes)


def claims_of(written: str | None) -> dict[str, Any]:
    """Read the claims that a person at a terminal wrote.

    Raises:
        Failure: they are no JSON object.
    """
    try:
        claims: object = json.loads(written) if written else {}
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise Failure("""--claims is no JSON object; write it like '{"org_id": "42"}'""")
    return {str(name): value for name, value in claims.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


async def _look_up(
    settings: DatabaseSettings, asked: Asked, who: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    user = asked.user.strip().lower()
    uuid = _uuid(user)
    if uuid is None and "@" not in user:
        raise Failure(f"{who}: --as takes an email, a UUID of auth.users, or anon; not {user!r}")
    address = settings.migrations_address() or settings.address()
    try:
        async with connect(address, settings.database_ssl_root_cert, who=who) as connection:
            await connection.execution_options(postgresql_readonly=True)
            found = (await connection.execute(USER, {"user": str(uuid or user)})).mappings().all()
            if not found:
                tables = partial(insist_on_tables, migrate=asked.migrate, who=who)
                await connection.run_sync(tables)
    except DBAPIError as error:
        if uuid:
            why = "this login may not read auth.users: only the UUID is known of this user"
            return _minimal(uuid), (why,)
        raise Failure(
            f"{who}: this login may not read auth.users: give the user's UUID, or set"
            " MIGRATIONS_DATABASE_URL"
        ) from error
    if not found:
        raise Failure(f"{who}: there is no user {user} in auth.users of this database")
    row = dict(found[0])
    is_out = row.pop("is_out")
    notes = ("this user is banned or deleted: they get no new token",) if is_out else ()
    for name in ("app_metadata", "user_metadata"):
        row[name] = json.loads(row[name])
    return {**row, "role": row["role"] or "authenticated", "aal": "aal1"}, notes


def _minimal(user: UUID) -> dict[str, Any]:
    return {"sub": str(user), "role": "authenticated", "aud": "authenticated", "aal": "aal1"}


def _uuid(user: str) -> UUID | None:
    try:
        # As somebody may have copied it: Postgres takes braces, and no dashes, too.
        return UUID(user)
    except ValueError:
        return None
