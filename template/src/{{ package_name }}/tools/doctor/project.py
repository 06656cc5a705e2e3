"""Whether the settings all mean one project. Pure."""

import re
from urllib.parse import urlsplit

from ...supabase.auth.settings import AuthSettings
from ...supabase.database.settings import DatabaseSettings
from .line import Line, fail, ok

REF = r"(?P<ref>[a-z0-9]{20})"
API_HOST = re.compile(rf"{REF}\.supabase\.co")
DASHBOARD = re.compile(rf"/dashboard/project/{REF}\b.*")
SERVICES = re.compile(r"/\w+/v1/?.*")


def ref_of(url: str) -> str:
    """Return the project that *url* is of, if its host tells."""
    match = API_HOST.fullmatch(urlsplit(url).hostname or "")
    return match["ref"] if match else ""


def check_project(database: DatabaseSettings, auth: AuthSettings) -> list[Line]:
    """Compare the projects that the settings name."""
    return [*_misplaced(auth.supabase_url)] or [_compared(_refs(database, auth))]


def _refs(database: DatabaseSettings, auth: AuthSettings) -> dict[str, str]:
    migrations = database.migrations_address()
    name = "DATABASE_URL" if database.database_url else "DATABASE_USER"
    found = {
        "SUPABASE_PROJECT_ID": database.supabase_project_id,
        name: database.address().project,
        "MIGRATIONS_DATABASE_URL": migrations.project if migrations else "",
        "SUPABASE_URL": ref_of(auth.supabase_url),
        "SUPABASE_JWKS_URL": ref_of(auth.supabase_jwks_url),
    }
    named = {name: ref for name, ref in found.items() if ref}
    issuers = {ref_of(each) for each in auth.supabase_jwt_issuer} - {""}
    # Tokens of several may be believed; none of this project's is a mistake.
    if issuers and not issuers & set(named.values()):
        named["SUPABASE_JWT_ISSUER"] = min(issuers)
    return named


def _compared(refs: dict[str, str]) -> Line:
    if len(set(refs.values())) > 1:
        named = ", ".join(f"{name} of {ref}" for name, ref in refs.items())
        return fail(
            f"the settings are of different projects: {named}",
            "take all of them from one project; without SUPABASE_URL it follows DATABASE_URL",
        )
    if refs:
        return ok(f"all settings are of {next(iter(refs.values()))}")
    return ok("no setting names a project on Supabase's own hosts")


def _misplaced(url: str) -> list[Line]:
    parts = urlsplit(url)
    if (parts.hostname or "").endswith("supabase.com") and (page := DASHBOARD.match(parts.path)):
        return [
            fail(
                "SUPABASE_URL is a page of the dashboard, not the project's own address",
                f"SUPABASE_URL=https://{page['ref']}.supabase.co",
            )
        ]
    if SERVICES.fullmatch(parts.path):
        return [
            fail(
                f"SUPABASE_URL ends in {parts.path}, which is one service of the project",
                f"SUPABASE_URL={parts.scheme}://{parts.netloc}",
            )
        ]
    return []
