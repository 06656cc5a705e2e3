"""Why the login of migrations is refused: in one line, as it is of the service's."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from contextlib import AsyncExitStack
from struct import pack

import asyncpg
import pytest
from sqlalchemy import URL, make_url
from tests.rendered.bench.clients import client, network_before, reach
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.supavisor import supavisor
from tests.rendered.tools.doctor.conftest import Hosts, Look

SAYS = "migrations cannot log in (MIGRATIONS_DATABASE_URL): "
SOMEWHERE = "postgresql://x:y@there.supabase.co/postgres"


def text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        ("ENOTFOUND", "this pooler does not know the project"),
        ("EAUTHQUERY", "the database has no such role, or one that may not log in"),
        ("password", "the user or the password is wrong"),
        ("database", "there is no such database"),
    ],
)
async def test_a_refusal_of_a_pooler_is_told_after_one_login(
    look: Look, owner_url: str, refusal: str, says: str
) -> None:
    async with supavisor(owner_url) as pooler:
        pooler.refuse = refusal
        said = await look(MIGRATIONS_DATABASE_URL=pooler.url)

    assert said.alone("migrations").says == f"{SAYS}{says}"
    assert pooler.logins == 1


async def test_a_role_that_may_not_log_in_is_told(
    look: Look, sql: asyncpg.Connection[asyncpg.Record], owner_url: str
) -> None:
    await sql.execute("create role migrates_nothing nologin password 'right'")
    url = make_url(owner_url).set(username="migrates_nothing", password="right")  # noqa: S106

    said = await look(MIGRATIONS_DATABASE_URL=text(url))

    assert said.alone("migrations").says == f"{SAYS}the role may not log in from here"
    await sql.execute("drop role migrates_nothing")


async def test_a_pooler_whose_database_has_gone_is_told(look: Look, owner_url: str) -> None:
    async with AsyncExitStack() as up:
        _, url = await up.enter_async_context(network_before(owner_url))
        extra = {"server_login_retry": 15, "query_wait_timeout": 1}
        async with pgbouncer(url, extra=extra) as bouncer:
            await reach(bouncer.url)
            await up.aclose()
            async with client(bouncer.url) as first:  # who makes the pooler notice
                with pytest.raises(asyncpg.PostgresError):
                    await first.execute("select 1")
            said = await look(MIGRATIONS_DATABASE_URL=bouncer.url)

    assert said.alone("migrations").says == f"{SAYS}the pooler does not reach the database"


async def test_words_that_nobody_knows_are_told_as_they_are(look: Look, owner_url: str) -> None:
    """A pooler's own console, which is no database."""
    async with pgbouncer(owner_url) as bouncer:
        url = make_url(bouncer.url).set(database="pgbouncer")
        said = await look(MIGRATIONS_DATABASE_URL=text(url))

    assert said.alone("migrations").says == f"{SAYS}the database is away"
    assert said["migrations"].remedy == "not allowed"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "there.supabase.co was not found"),
        (("ff0e::1", 5432), "this network has no way to there.supabase.co"),
        (("127.0.0.1", 1), "nothing listens at there.supabase.co:5432"),
    ],
)
async def test_a_network_that_leads_nowhere_is_told(
    look: Look, hosts: Hosts, place: tuple[str, int] | OSError, says: str
) -> None:
    hosts["there.supabase.co"] = place

    said = await look(MIGRATIONS_DATABASE_URL=SOMEWHERE)

    assert said["migrations"].says == f"{SAYS}{says}"


async def test_a_server_that_hangs_up_is_told(look: Look) -> None:
    async def hang_up(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(8)
        at_once: socket.socket = writer.get_extra_info("socket")
        at_once.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", 1, 0))
        writer.transport.abort()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql://x:y@127.0.0.1:{port}/postgres?sslmode=disable"
        said = await look(MIGRATIONS_DATABASE_URL=url)

    assert said["migrations"].says == f"{SAYS}127.0.0.1:{port} closed the connection"
    assert said["migrations"].remedy == "is it a Postgres?"
