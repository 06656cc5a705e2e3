"""Whether host, port and user of the database go together: told before anybody logs in. Pure."""

import re
from dataclasses import replace

from ...supabase.database.address import PROJECT_HOST, PROJECT_LOGIN, SHARED_POOLER, Address
from ...supabase.database.settings import DatabaseSettings
from .env import address_line
from .line import Line, fail, ok, warn
from .project import API_HOST

POOLER = re.compile(r"aws-(?P<number>\d+)-(?P<region>[a-z]{2}-[a-z]+-\d)\.pooler\.supabase\.com")


def check_address(settings: DatabaseSettings, project: str = "") -> Line:
    """Compare the parts of the address; *project* is the one that another setting names."""
    address = settings.address()
    host, user = address.url.host or "", address.url.username or ""
    if host.endswith(SHARED_POOLER) and not PROJECT_LOGIN.fullmatch(user):
        return _without_project(settings, address, settings.supabase_project_id or project)
    if (direct := PROJECT_HOST.fullmatch(host)) and PROJECT_LOGIN.fullmatch(user):
        plain = replace(address, url=address.url.set(username=user.rpartition(".")[0]))
        return fail(
            f"the user {user} is for the shared pooler; {direct[0]} knows it without the project",
            address_line(settings, plain)
            if settings.database_url
            else f"DATABASE_USER={plain.url.username}",
        )
    if api := API_HOST.fullmatch(host):
        right = replace(address, url=address.url.set(host=f"db.{api['ref']}.supabase.co"))
        return fail(
            f"{host} is where the project's API is, not its database",
            address_line(settings, right),
        )
    return _region(settings, host) or ok(f"{address.mode} mode at {host}:{address.url.port}")


def _without_project(settings: DatabaseSettings, address: Address, project: str) -> Line:
    user, ref = address.url.username or "", project or "<project ref>"
    mended = replace(address, url=address.url.set(username=f"{user.split('.')[0]}.{ref}"))
    line = address_line(settings, mended) if settings.database_url else f"DATABASE_USER={user}"
    return fail(f"the user {user} lacks the project, by which the shared pooler finds it", line)


def _region(settings: DatabaseSettings, host: str) -> Line | None:
    match = POOLER.fullmatch(host)
    said = "supabase_region" in settings.model_fields_set
    if not match or not said or match["region"] == settings.supabase_region:
        return None
    return warn(
        f"SUPABASE_REGION is {settings.supabase_region}, but the pooler is in {match['region']}",
        f"SUPABASE_REGION={match['region']}",
    )
