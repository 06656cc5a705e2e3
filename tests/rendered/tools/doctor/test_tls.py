"""Who is believed: real handshakes with servers of good and of bad identities."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import make_url
from tests.rendered.bench.authorities import FORGED, HOSTS, NAMELESS, POOLER, REF, ROOT, SERVER
from tests.rendered.bench.certificates import Identity, issue
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.tls import tls_server
from tests.rendered.tools.doctor.conftest import Hosts, Look

from my_supabase_service.supabase.database.login import tls

URL = f"postgresql://postgres.{REF}:secret@{POOLER}:6543/postgres"
OTHERS = {"DATABASE_POOLING_MODE": None, "MIGRATIONS_DATABASE_URL": None}


@pytest.fixture(autouse=True)
def _supabase(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(tls, "SUPABASE_ROOTS", [ROOT.write_root(tmp_path / "supabase.pem")])


@pytest.mark.parametrize(
    ("identity", "says", "remedy"),
    [
        (issue("x", ROOT, hosts=["a.example"]), "is for a.example, not for", "correct the host"),
        (issue("x", ROOT, hosts=HOSTS, days=(-2, -1)), "has expired", "its owner must renew it"),
        (issue("x", ROOT, hosts=HOSTS, days=(1, 2)), "is not valid yet", "wait, unless it is the"),
        (issue("x", FORGED, hosts=HOSTS), "not signed by Supabase's", "another server or a proxy"),
        (issue("x", hosts=HOSTS), "but by itself", "another server or a proxy"),
        (issue("x", NAMELESS, hosts=HOSTS), "not signed by Supabase's", "another server"),
        (issue("x", issue("y", ROOT, is_ca=False), hosts=HOSTS), "cannot be used", "issued again"),
    ],
)
async def test_a_server_that_has_not_proved_itself_is_told(
    look: Look, hosts: Hosts, identity: Identity, says: str, remedy: str
) -> None:
    async with tls_server(identity) as server:
        hosts[POOLER] = ("127.0.0.1", server.port)
        said = await look(DATABASE_URL=URL, **OTHERS)

    line = said.alone("tls")
    assert says in line.says
    assert remedy in line.remedy
    assert server.logins == []


@pytest.fixture
async def encrypted(owner_url: str, tmp_path: Path, hosts: Hosts) -> AsyncGenerator[str]:
    """A real pooler that proves to be Supabase's, and only takes encrypted connections."""
    chain, key = SERVER.write(tmp_path)
    for file in (tmp_path, *tmp_path.parents[:2], key, chain):
        file.chmod(0o755)  # PgBouncer runs as somebody else
    extra = {
        "client_tls_sslmode": "require",
        "client_tls_key_file": key,
        "client_tls_cert_file": chain,
    }
    async with pgbouncer(owner_url, extra=extra) as bouncer:
        hosts[POOLER] = ("127.0.0.1", bouncer.port)
        url = make_url(bouncer.url).set(host=POOLER, port=6543, query={})
        yield url.render_as_string(hide_password=False)


async def test_a_server_that_has_is_believed(look: Look, encrypted: str) -> None:
    said = await look(DATABASE_URL=encrypted, **OTHERS)

    assert said.lines("FAIL") == []
    assert said["tls"].says == f"{POOLER} has proved its name and chain, by Supabase's authority"


async def test_one_that_is_not_verified_is_a_warning(look: Look, encrypted: str) -> None:
    said = await look(DATABASE_URL=f"{encrypted}?sslmode=require", **OTHERS)

    assert said.lines("FAIL") == []
    assert said["tls"].level == "warn"
    assert said["tls"].remedy == "remove ?sslmode=require from DATABASE_URL"


async def test_a_pooler_that_requires_tls_says_so(look: Look, encrypted: str) -> None:
    said = await look(DATABASE_URL=f"{encrypted}?sslmode=disable", **OTHERS)

    assert said.alone("login").says == "the pooler takes encrypted connections only"
    assert said["login"].remedy == "drop sslmode=disable"


async def test_a_server_without_tls_is_told_with_its_remedy(look: Look, database_url: str) -> None:
    said = await look(DATABASE_URL=database_url.partition("?")[0])

    assert said.alone("tls").says == "the server takes no TLS"
    assert "?sslmode=disable" in said["tls"].remedy


async def test_another_kind_of_server_is_told(look: Look, stand_in: dict[str, str]) -> None:
    port = stand_in["SUPABASE_URL"].rpartition(":")[2]

    said = await look(DATABASE_URL=f"postgresql://postgres:secret@127.0.0.1:{port}/postgres")

    assert "no Postgres and no pooler" in said.alone("tls").says


async def test_another_s_server_without_an_authority_is_a_warning(
    look: Look, encrypted: str, hosts: Hosts
) -> None:
    hosts["db.example.com"] = hosts[POOLER]
    url = make_url(encrypted).set(host="db.example.com").render_as_string(hide_password=False)

    said = await look(DATABASE_URL=f"{url}?sslmode=require", **OTHERS)

    assert said["tls"].level == "warn"
    assert said["tls"].remedy.startswith("set DATABASE_SSL_ROOT_CERT")


async def test_a_server_near_by_is_not_verified_and_well(
    look: Look, encrypted: str, hosts: Hosts
) -> None:
    place = hosts[POOLER]
    assert isinstance(place, tuple)
    url = make_url(encrypted).set(host="127.0.0.1", port=place[1])

    said = await look(DATABASE_URL=url.render_as_string(hide_password=False), **OTHERS)

    assert said["tls"].says == "encrypted; 127.0.0.1 is near, and is not verified"


async def test_a_handshake_that_breaks_is_told(look: Look) -> None:
    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"S")
        await reader.read(8)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        said = await look(DATABASE_URL=f"postgresql://postgres:secret@127.0.0.1:{port}/postgres")

    assert said["tls"].says == "the handshake with 127.0.0.1 failed (WRONG_VERSION_NUMBER)"
    assert "a proxy may have answered" in said["tls"].remedy
