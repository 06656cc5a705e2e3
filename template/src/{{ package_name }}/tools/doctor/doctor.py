"""The `doctor` command: what is looked at, in the order in which a connection is made."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..hiding import hiding
from . import address, api, clock, keys, limits, project, role, session
from .answer import ANSWERED_WITHIN, ask
from .apart import Loop
from .checkup import Check, run
from .known import Known
from .line import Line, skip
from .lint import check_lint
from .login import check_login
from .migrations import check_migrations
from .mode import check_mode
from .network import check_name, check_port
from .region import check_region
from .report import Report, Result
from .settings import Settings, check_settings, read
from .template import check_template
from .tls import check_tls

CLOSED_WITHIN = 2
"""Seconds for goodbyes: a network that swallows everything would let them wait for ever."""


async def _settings(known: Known) -> Sequence[Line]:
    return check_settings(known.database)


async def _project(known: Known) -> Sequence[Line]:
    return project.check_project(known.database, known.auth)


async def _address(known: Known) -> Line:
    return address.check_address(known.database, project.ref_of(known.auth.supabase_url))


async def _session(known: Known) -> Line:
    return session.check_session(known.answers)


async def _role(known: Known) -> Line:
    return role.check_role(known.answers)


async def _limits(known: Known) -> Line:
    return limits.check_limits(known.database, known.answers, limits.workers())


async def _region(known: Known) -> Line:
    match = address.POOLER.fullmatch(known.host)
    return await check_region(known.session, match["region"] if match else "")


async def _api(known: Known) -> Line:
    return api.check_api(await known.api)


async def _keys(known: Known) -> Line:
    return keys.check_keys(known.auth, await known.api)


async def _clock(known: Known) -> Line:
    return clock.check_clock(await known.api, known.facts)


async def _template(known: Known) -> Line:
    return await check_template(known.root)


CHECKS: tuple[Check[Known], ...] = (
    Check("settings", _settings),
    Check("project", _project),
    Check("address", _address),
    Check("name", check_name, needs=("address",), within=4),
    Check("port", check_port, needs=("name",), within=8),
    Check("tls", check_tls, needs=("port",), within=7),
    Check("login", check_login, needs=("tls",), within=20),
    Check("mode", check_mode, needs=("login",)),
    Check("session", _session, needs=("login",)),
    Check("role", _role, needs=("login",)),
    Check("limits", _limits, needs=("login",)),
    Check("region", _region, needs=("login",), after=("mode",), late="warn"),
    Check("migrations", check_migrations, needs=("login",), after=("region",), within=10),
    Check("lint", check_lint, needs=("login",), after=("region", "migrations"), late="warn"),
    Check("api", _api, within=ANSWERED_WITHIN + 1),
    Check("keys", _keys, needs=("api",)),
    Check("clock", _clock, after=("api", "login")),
    Check("template", _template, within=3, late="skip"),
)


@dataclass(frozen=True)
class Options:
    """How it was asked."""

    migrate: str = "migrate"
    """The command that brings this database to the newest migration."""
    is_quiet: bool = False
    """Whether nobody is told of progress."""


def doctor(
    root: Path | None,
    module: str,
    more: Sequence[Check[Known]] = (),
    options: Options = Options(),
) -> Report:
    """Look at everything between here and the project whose settings are in *module*.

    *more* is what only some projects have.
    """
    found = read(module)
    if isinstance(found, list):
        return _without_settings(found, [*CHECKS, *more], root)
    with hiding(found[0]) as secrets, asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(_examine(root, found, more, options)).without(secrets)


def _without_settings(
    found: list[Line], checks: Sequence[Check[Known]], root: Path | None
) -> Report:
    told = {check.name: [skip("not looked at, because of settings")] for check in checks}
    told |= {"settings": found, "template": [asyncio.run(check_template(root))]}
    return Report([Result(name, line) for name, lines in told.items() for line in lines])


async def _examine(
    root: Path | None, settings: Settings, more: Sequence[Check[Known]], options: Options
) -> Report:
    database, auth = settings
    async with _closing() as stack:
        known = Known(
            root=root,
            database=database,
            auth=auth,
            address=database.address(),
            api=asyncio.create_task(ask(auth.supabase_jwks_url)),
            stack=stack,
            migrate=options.migrate,
        )
        return await run([*CHECKS, *more], known, quiet=options.is_quiet)


@asynccontextmanager
async def _closing() -> AsyncGenerator[AsyncExitStack]:
    """Yield what closes all connections at the end, so far as anybody answers."""
    stack = AsyncExitStack()
    try:
        yield stack
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSED_WITHIN):
                await stack.aclose()
