"""Real handshakes that fail: what is said, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import uvloop
from anyio import to_thread
from cryptography import x509
from tests.rendered.bench.authorities import HOSTS, OTHER, POOLER, ROOT, STRANGER, knock
from tests.rendered.bench.certificates import Identity, issue
from tests.rendered.bench.tls import tls_server

from my_supabase_service.supabase.database.login import handshake

NewSettings = Callable[..., Any]
Told = Callable[..., Awaitable[str]]
Have = Callable[..., None]

URI = x509.UniformResourceIdentifier(f"https://{POOLER}")
FOLDER = x509.DirectoryName(ROOT.chain[0].subject)


@pytest.mark.parametrize(
    ("hosts", "says"),
    [
        (["db.example.com"], f"is for db.example.com, not for {POOLER}:"),
        (["*.supabase.com"], f"is for *.supabase.com, not for {POOLER}:"),
        (["10.0.0.1", "a.example"], f"is for 10.0.0.1, a.example, not for {POOLER}:"),
        ([URI, FOLDER], f"is for Some Server, not for {POOLER}:"),
        ([f"{n}.example" for n in range(9)], "is for 0.example, 1.example, 2.example, ..., not"),
    ],
)
async def test_a_wrong_name_is_told_beside_the_right_one(
    told: Told, supabase: Have, hosts: Sequence[Any], says: str
) -> None:
    supabase(ROOT)

    said = await told(issue("Some Server", ROOT, hosts=hosts))

    assert f"the server's certificate {says}" in said
    assert "correct the host" in said


async def test_an_address_by_number_is_verified_by_number(told: Told) -> None:
    assert await told(issue("x", ROOT, hosts=["127.0.0.1"]), "127.0.0.1", own=ROOT) == ""
    said = await told(issue("x", ROOT, hosts=["localhost"]), "127.0.0.1", own=ROOT)
    assert "is for localhost, not for 127.0.0.1" in said


async def test_a_name_cannot_write_lines_into_the_log(told: Told) -> None:
    said = await told(issue("x", issue("a\nERROR b"), hosts=HOSTS), own=ROOT)

    assert "called a?ERROR b" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("server", "says"),
    [
        (issue("late", ROOT, hosts=HOSTS, days=(-2, -1)), "of late, which is valid from"),
        (issue("late", ROOT, hosts=HOSTS, days=(-2, -1)), "has expired: its owner must renew it"),
        (issue("early", ROOT, hosts=HOSTS, days=(1, 2)), "is not valid yet: wait, unless"),
        (issue("x", issue("old", ROOT, days=(-2, -1)), hosts=HOSTS), "certificate of old, which"),
        (issue("x", hosts=HOSTS), "but by itself: put the certificate of the authority"),
        (issue("x", STRANGER, hosts=HOSTS), "but by one that is called A Stranger: put the"),
        (issue("x", issue("y", ROOT, is_ca=False), hosts=HOSTS), "must have it issued again"),
    ],
)
async def test_what_is_wrong_is_told_with_its_remedy(
    told: Told, server: Identity, says: str
) -> None:
    assert says in await told(server, OTHER, own=ROOT)


async def test_an_authority_that_has_expired_is_told(told: Told) -> None:
    old = issue("Old Authority", days=(-2, -1))

    said = await told(issue("x", old, hosts=HOSTS), own=old)

    assert "the certificate of Old Authority, which is valid from" in said


async def test_an_authority_that_may_not_sign_is_refused(told: Told) -> None:
    """What is wrong beyond the form is refused without that flag, too."""
    root = issue("root", lacks=["constraints", "key usage"])

    assert "cannot be used" in await told(issue("x", root, hosts=HOSTS), own=root)


@pytest.mark.parametrize(
    ("server", "says"),
    [
        (issue("x", ROOT, hosts=["a.example"]), "is for another name, not for db.example.com"),
        (issue("x", STRANGER, hosts=HOSTS), "not signed by DATABASE_SSL_ROOT_CERT's authority"),
        (issue("x", ROOT, hosts=HOSTS, days=(-2, -1)), "a certificate of the server has expired"),
    ],
)
async def test_the_reason_is_told_also_where_python_hides_the_certificate(
    told: Told, monkeypatch: pytest.MonkeyPatch, server: Identity, says: str
) -> None:
    def renamed(_name: str) -> attrgetter[Any]:
        return attrgetter("another_name")

    monkeypatch.setattr(handshake, "attrgetter", renamed)

    assert says in await told(server, OTHER, own=ROOT)


async def test_a_server_without_tls_is_told_with_its_remedy(
    stand_in: dict[str, str], new_settings: NewSettings
) -> None:
    url = stand_in["MIGRATIONS_DATABASE_URL"]

    said = await knock(new_settings(database_url=url.partition("?")[0]))

    assert "takes no TLS" in said
    assert "?sslmode=disable" in said
    assert await knock(new_settings(database_url=url)) == ""


async def test_the_event_loop_of_uvicorn_tells_the_same(
    new_settings: NewSettings, tmp_path: Path
) -> None:
    async with tls_server(issue("x", ROOT, hosts=["localhost"])) as server:
        settings = new_settings(
            database_url=f"postgresql://postgres:secret@127.0.0.1:{server.port}/postgres",
            database_ssl_root_cert=ROOT.write_root(tmp_path / "own.pem"),
        )

        def elsewhere() -> str:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(knock(settings))

        said = await to_thread.run_sync(elsewhere)

    assert "is for localhost, not for 127.0.0.1" in said
    assert server.logins == []
