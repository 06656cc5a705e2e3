"""Everything that a client of a pooler can leave on a server connection, found by asking it."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

SETTABLE = """
    select name, vartype, setting, reset_val, min_val, max_val, enumvals
    from pg_settings where context in ('user', 'superuser') and name not like '%.%' order by name
"""

TEXTS = {
    "DateStyle": ["SQL, DMY"],
    "TimeZone": ["Asia/Tokyo"],
    "client_encoding": ["LATIN1"],
    "createrole_self_grant": ["set"],
    "default_tablespace": ["pg_default"],
    "default_text_search_config": ["pg_catalog.simple"],
    "log_timezone": ["Asia/Tokyo"],
    "restrict_nonsystem_relation_kind": ["view"],
    "search_path": ["pg_catalog"],
    "synchronized_standby_slots": ["slot"],
    "temp_tablespaces": ["pg_default"],
    "timezone_abbreviations": ["Australia"],
    "wal_consistency_checking": ["heap"],
}
"""Values of settings that are text; any other text is tried on those that are not named."""
ANY_TEXT = ["POSIX", "C.UTF-8", "C", "poison"]

CUSTOM = {
    "request.jwt.claim": '{"sub":"b0b00000-0000-4000-8000-000000000002","role":"service_role"}',
    "request.jwt.claim.sub": "b0b00000-0000-4000-8000-000000000002",
    "request.jwt.claim.role": "service_role",
    "request.jwt.claim.email": "bob@example.com",
    "request.jwt.claims": '{"sub":"b0b00000-0000-4000-8000-000000000002","role":"service_role"}',
    "request.headers": "{}",
    "app.tenant": "bob's",
}
"""Names that nobody has to declare; Supabase's own functions read those of `request.jwt`."""

LAST = "exit_on_error"
"""With it the next value that is refused would end the session."""


def candidates(setting: asyncpg.Record) -> list[str]:
    """Return values that a setting may take, none of which is the one it has."""
    match setting["vartype"]:
        case "bool":
            values = ["off", "on"]
        case "enum":
            values = setting["enumvals"]
        case "integer" | "real":
            number = float(setting["reset_val"])
            values = [f"{number + 1:.15g}", setting["max_val"], setting["min_val"]]
            if setting["name"].endswith("_timeout"):
                values.reverse()  # so short a one would end the session before it is looked at
        case _:
            values = TEXTS.get(setting["name"], ANY_TEXT)
    return [value for value in values if value != setting["setting"]]


async def grant_settings(superuser: asyncpg.Connection[asyncpg.Record], login: str) -> None:
    """Let *login* set what a superuser may set: the worst neighbour there is."""
    for setting in await superuser.fetch(SETTABLE):
        await superuser.execute(f'grant set on parameter "{setting["name"]}" to "{login}"')


async def poison(neighbour: asyncpg.Connection[asyncpg.Record]) -> set[str]:
    """Set everything to something else for the session; return what could not be set."""
    settings = {each["name"]: candidates(each) for each in await neighbour.fetch(SETTABLE)}
    last = {LAST: settings.pop(LAST)}
    wanted = settings | {name: [value] for name, value in CUSTOM.items()} | last
    return {name for name, values in wanted.items() if not await _set(neighbour, name, values)}


async def _set(neighbour: asyncpg.Connection[asyncpg.Record], name: str, values: list[str]) -> bool:
    for value in values:
        try:
            await neighbour.execute(f"set \"{name}\" = '{value.replace(chr(39), chr(39) * 2)}'")
        except asyncpg.PostgresError:
            continue
        return True
    return False


async def settings_of(connection: asyncpg.Connection[asyncpg.Record]) -> Mapping[str, str]:
    """Return every setting that the server shows."""
    rows = await connection.fetch("select name, setting from pg_catalog.pg_settings")
    return {row["name"]: row["setting"] for row in rows}
