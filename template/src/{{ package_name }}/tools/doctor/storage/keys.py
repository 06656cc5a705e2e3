"""Whether the API keys are what their settings say, of this project, and taken by its gateway."""

import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, cast

import httpx
import jwt

from ....supabase.http.client import open_http
from ....supabase.storage.errors import refusal
from ....supabase.storage.settings import StorageSettings
from ..known import Known
from ..line import Line, fail, ok, warn
from ..project import ref_of

WHERE = "Dashboard: Project Settings > API Keys"

EXPECTED = {
    "SUPABASE_PUBLISHABLE_KEY": ("sb_publishable_", "anon", "publishable key"),
    "SUPABASE_SECRET_KEY": ("sb_secret_", "service_role", "secret key"),
}
"""How a key begins, the role of an older one, and what it is called."""


async def check_api_keys(known: Known) -> list[Line]:
    """Look at the keys, and send each to the project."""
    settings = cast("StorageSettings", known.auth)
    keys = {"SUPABASE_PUBLISHABLE_KEY": settings.supabase_publishable_key.get_secret_value()}
    if settings.supabase_secret_key:
        keys["SUPABASE_SECRET_KEY"] = settings.supabase_secret_key.get_secret_value()
    named = (ref_of(settings.supabase_url), known.address.project, settings.supabase_project_id)
    project = next(filter(None, named), "")
    secret = settings.supabase_jwt_secret
    shared = secret.get_secret_value() if secret else ""
    found = [
        line for name, key in keys.items() for line in look_at(name, key, project, shared=shared)
    ]
    if any(line.level == "FAIL" for line in found):
        return found
    async with open_http() as http:
        refused = [await _refused(http, settings, name, key) for name, key in keys.items()]
    found += dict.fromkeys(line for line in refused if line)
    return found or [ok(" and ".join(f"{name} is taken" for name in keys))]


def look_at(name: str, key: str, project: str, *, shared: str) -> Iterator[Line]:
    """Tell what the *key* of the setting *name* says of itself; *shared* is the JWT secret."""
    begins, role, called = EXPECTED[name]
    if key.startswith(begins):
        return
    claims = _claims(key)
    if claims is None:
        yield fail(
            f"{name} is no {called}, which begins with {begins}", f"{name}={begins}...  ({WHERE})"
        )
        return
    yield from _mistakes(name, claims, project)
    if claims.get("role") != role:
        yield fail(
            f"{name} is a key of {claims.get('role') or 'no role'}, not the {called}",
            f"{name}={begins}...  ({WHERE})",
        )
    if shared and not _is_signed_by(key, shared):
        yield fail(
            f"SUPABASE_JWT_SECRET has not signed {name}: one of them is of another project",
            "take both from one project; Dashboard: Project Settings > JWT Keys, and > API Keys",
        )
    if claims.get("ref"):
        yield warn(
            f"{name} is of the older kind, which ends with 2026", f"{name}={begins}...  ({WHERE})"
        )


def _mistakes(name: str, claims: dict[str, Any], project: str) -> Iterator[Line]:
    ref, until = claims.get("ref"), claims.get("exp")
    if ref and project and ref != project:
        yield fail(
            f"{name} is of the project {ref}, the other settings are of {project}",
            f"take {name} from {project}; {WHERE}",
        )
    if isinstance(until, int | float) and until < time.time():
        yield fail(f"{name} has expired", f"take a new one; {WHERE}")


def _claims(key: str) -> dict[str, Any] | None:
    try:
        return jwt.decode(key, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return None


def _is_signed_by(key: str, secret: str) -> bool:
    """A key that is signed otherwise than by a secret proves nothing of it."""
    try:
        if jwt.get_unverified_header(key).get("alg") != "HS256":
            return True
        jwt.decode(key, secret, ["HS256"], options={"verify_exp": False, "verify_aud": False})
    except jwt.InvalidSignatureError:
        return False
    except jwt.InvalidTokenError:
        return True
    return True


async def _refused(
    http: httpx.AsyncClient, settings: StorageSettings, name: str, key: str
) -> Line | None:
    url = f"{settings.supabase_url}/storage/v1/bucket/doctor"
    try:
        answer = await http.get(url, headers={"apikey": key})
    except (httpx.HTTPError, UnicodeError) as error:
        return fail(
            f"Storage does not answer at {settings.supabase_url} ({type(error).__name__})",
            "correct SUPABASE_URL, or wait for the project to be back",
        )
    said = None if answer.is_success else refusal(answer)
    if said is None or said.code != "InternalError":
        return None
    if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        begins = EXPECTED[name][0]
        return fail(
            f"the project does not take {name}: it is of another project, or was deleted",
            f"{name}={begins}...  ({WHERE})",
        )
    return fail(
        f"there is no Storage at {settings.supabase_url}: it answers {answer.status_code}",
        "correct SUPABASE_URL; Dashboard: Project Settings > Data API",
    )
