"""Servers that are not as Supabase's are: a replica, one without its roles, one that wants TLS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import asyncpg
import pytest
from local.postgres import Postgres, postgres
from sqlalchemy import make_url
from tests.rendered.bench.versions import running, with_login
from tests.rendered.tools.doctor.conftest import Look


@pytest.fixture(scope="module")
def cluster(scratch: Path) -> Generator[Postgres]:
    """A server of these tests' own."""
    with running(scratch / "doctored", "16") as server:
        asyncio.run(with_login(server))
        yield server


@pytest.fixture
async def superuser(cluster: Postgres) -> Callable[[str], Awaitable[str]]:
    """Does what only a superuser may."""

    async def execute(statement: str) -> str:
        connection = await asyncpg.connect(cluster.url("supabase_admin"))
        try:
            return await connection.execute(statement)
        finally:
            await connection.close()

    return execute


async def test_a_login_of_a_superuser_is_a_warning(look: Look, cluster: Postgres) -> None:
    said = await look(DATABASE_URL=cluster.url("supabase_admin"))

    assert said["role"].level == "warn"
    assert said["role"].says.startswith("supabase_admin is a superuser")
    assert "service_login" in said["role"].remedy


@pytest.mark.parametrize("names", [("anon",), ("anon", "service_role")])
async def test_roles_that_are_not_there_are_named(
    look: Look,
    cluster: Postgres,
    superuser: Callable[[str], Awaitable[str]],
    names: tuple[str, ...],
) -> None:
    """As in a database that is no Supabase project."""
    for name in names:
        await superuser(f"alter role {name} rename to no_{name}")
    try:
        said = await look(DATABASE_URL=cluster.url("supabase_admin"))
    finally:
        for name in names:
            await superuser(f"alter role no_{name} rename to {name}")

    says = f"the database lacks the role{'s' * (len(names) > 1)} {', '.join(names)}"
    assert (said["role"].level, said["role"].says) == ("FAIL", says)
    assert "point DATABASE_URL at a Supabase project" in said["role"].remedy


async def test_a_database_that_takes_encrypted_connections_only_is_told(
    look: Look, cluster: Postgres, superuser: Callable[[str], Awaitable[str]]
) -> None:
    file = cluster.folder / "data" / "pg_hba.conf"
    before = file.read_text(encoding="utf-8")
    rules = ("host all supabase_admin all scram-sha-256", "hostssl all all all scram-sha-256", "")
    file.write_text("\n".join(rules), encoding="utf-8")
    await superuser("select pg_reload_conf()")
    try:
        said = await look(DATABASE_URL=cluster.url("postgres"))
    finally:
        file.write_text(before, encoding="utf-8")
        await superuser("select pg_reload_conf()")

    assert said["login"].says == "the database takes encrypted connections only"
    assert said["login"].remedy == "remove ?sslmode=disable from DATABASE_URL"


async def test_a_role_that_may_not_log_in_is_told(
    look: Look, cluster: Postgres, superuser: Callable[[str], Awaitable[str]]
) -> None:
    await superuser("create role nobody nologin password 'right'")
    url = make_url(cluster.url("postgres")).set(username="nobody", password="right")  # noqa: S106

    said = await look(DATABASE_URL=url.render_as_string(hide_password=False))

    assert said["login"].says == "the role nobody may not log in, or has no password"
    assert said["login"].remedy.startswith("alter role nobody login password")


async def test_a_server_that_is_shutting_down_is_told(look: Look, cluster: Postgres) -> None:
    """It waits for a client that is still there, and takes no other."""
    there = await asyncpg.connect(cluster.url("postgres"))
    cluster.process.terminate()

    said = await look(DATABASE_URL=cluster.url("postgres"))

    assert said["login"].says == "the database is starting up, shutting down or recovering"
    await there.close()


async def test_a_replica_takes_no_writes(look: Look, cluster: Postgres) -> None:
    """A real one: the server begins anew in standby, and waits for what nobody sends."""
    cluster.process.terminate()
    await asyncio.to_thread(cluster.process.wait)
    (cluster.folder / "data" / "standby.signal").touch()

    with postgres(cluster.folder, durable=False) as replica:
        said = await look(DATABASE_URL=replica.url("postgres"))

    line = said["session"]
    assert (line.level, line.says) == ("FAIL", "this database is a replica, which takes no writes")
    assert "the primary's address" in line.remedy
