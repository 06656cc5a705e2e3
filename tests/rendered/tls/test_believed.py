"""Real handshakes: whose certificate is taken on which host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.rendered.bench.authorities import (
    DIRECT,
    FORGED,
    HOSTS,
    INTERMEDIATE,
    NAMELESS,
    OTHER,
    POOLER,
    ROOT,
    SERVER,
    STRANGER,
)
from tests.rendered.bench.certificates import Identity, issue

Told = Callable[..., Awaitable[str]]
Have = Callable[..., None]


@pytest.mark.parametrize("host", [POOLER, POOLER.upper(), f"{POOLER}.", DIRECT, "x.supabase.co"])
async def test_a_host_of_supabase_is_verified_unasked(
    told: Told, supabase: Have, host: str
) -> None:
    supabase(ROOT)

    assert await told(SERVER, host) == ""
    assert "is not signed by" in await told(issue("x", STRANGER, hosts=HOSTS), host)


@pytest.mark.parametrize("root", [ROOT, FORGED], ids=["first", "second"])
async def test_either_of_two_authorities_of_one_name_may_sign(
    told: Told, supabase: Have, root: Identity
) -> None:
    supabase(ROOT, FORGED)

    assert await told(issue("x", root, hosts=HOSTS)) == ""


@pytest.mark.parametrize(
    "server",
    [
        issue("x", FORGED, hosts=HOSTS),
        issue("x", FORGED, hosts=HOSTS, lacks=["authority key"]),
        issue("x", NAMELESS, hosts=HOSTS, lacks=["authority key"]),
        issue("x", issue("Supabase Intermediate 2021 CA", FORGED), hosts=HOSTS),
        Identity((alone := issue("x", FORGED, hosts=HOSTS)).key, alone.chain[:1]),
        Identity((mixed := issue("x", NAMELESS, hosts=HOSTS)).key, [mixed.chain[0], *ROOT.chain]),
    ],
    ids=["plain", "no key named", "no key anywhere", "intermediate", "root unsent", "true root"],
)
async def test_the_name_of_an_authority_proves_nothing(
    told: Told, supabase: Have, server: Identity
) -> None:
    """Supabase's own name on another key, however the chain is put together."""
    supabase(ROOT)

    said = await told(server)

    assert "is not signed by Supabase's authority, but by one that is called Supabase Root" in said


async def test_the_roots_that_are_shipped_have_not_signed_ours(told: Told) -> None:
    assert "is not signed by Supabase's authority" in await told(SERVER)


async def test_an_own_authority_replaces_supabases(told: Told, supabase: Have) -> None:
    supabase(ROOT)
    ours = issue("x", STRANGER, hosts=HOSTS)

    assert await told(ours, own=STRANGER) == ""
    assert "is not signed by DATABASE_SSL_ROOT_CERT" in await told(SERVER, own=STRANGER)


@pytest.mark.parametrize("host", [POOLER, DIRECT, OTHER])
async def test_an_own_authority_verifies_any_host(told: Told, host: str) -> None:
    ours = issue("x", STRANGER, hosts=HOSTS)

    assert await told(ours, host, own=STRANGER) == ""
    assert "is not signed by DATABASE_SSL_ROOT_CERT" in await told(ours, host, own=ROOT)


async def test_an_authority_in_the_middle_of_a_chain_may_be_the_own_one(told: Told) -> None:
    middle = Identity(INTERMEDIATE.key, INTERMEDIATE.chain[:1])

    assert await told(SERVER, own=middle) == ""


VERIFIED = ["", "?sslmode=allow", "?sslmode=prefer", "?sslmode=verify-ca", "?sslmode=verify-full"]


@pytest.mark.parametrize("query", VERIFIED)
async def test_no_word_but_require_gives_up_the_proof(
    told: Told, supabase: Have, query: str
) -> None:
    """The name too, also for `verify-ca`, which libpq takes for the chain alone."""
    supabase(ROOT)

    assert "is not signed by" in await told(issue("x", STRANGER, hosts=HOSTS), POOLER, query)
    assert f"for elsewhere.example, not for {POOLER}" in await told(
        issue("x", ROOT, hosts=["elsewhere.example"]), POOLER, query
    )


@pytest.mark.parametrize(
    ("host", "query"),
    [
        (POOLER, "?sslmode=require"),
        (DIRECT, "?sslmode=require"),
        *((OTHER, word) for word in ["", "?sslmode=allow", "?sslmode=prefer", "?sslmode=require"]),
    ],
)
async def test_who_asks_for_no_proof_gets_encryption(told: Told, host: str, query: str) -> None:
    assert await told(issue("anybody"), host, query) == ""
    assert "is not signed by" in await told(issue("anybody"), host, query, own=ROOT)


@pytest.mark.parametrize("host", [POOLER, OTHER, "127.0.0.1"])
async def test_no_tls_is_for_who_says_so(told: Told, host: str) -> None:
    assert await told(issue("anybody"), host, "?sslmode=disable") == ""
    assert await told(issue("anybody"), host, "?sslmode=disable", own=ROOT) == ""


@pytest.mark.parametrize("lacks", ["authority key", "subject key", "key usage", "critical"])
@pytest.mark.parametrize("whose", ["root", "intermediate", "server"])
async def test_what_only_newer_pythons_refuse_is_taken_on_every_python(
    told: Told, supabase: Have, lacks: str, whose: str
) -> None:
    """`VERIFY_X509_STRICT`: some of Supabase's own certificates would not pass it."""
    defects = {
        part: [lacks] if part == whose else [] for part in ("root", "intermediate", "server")
    }
    root = issue("root", lacks=defects["root"])
    middle = issue("middle", root, lacks=defects["intermediate"])
    server = issue("x", middle, hosts=HOSTS, lacks=defects["server"])
    supabase(root)

    assert await told(server) == ""


@pytest.mark.parametrize("trusted", [ROOT, STRANGER], ids=["right", "wrong"])
async def test_what_libpq_reads_from_the_environment_decides_nothing(
    told: Told, supabase: Have, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusted: Identity
) -> None:
    supabase(ROOT)
    (tmp_path / ".postgresql").mkdir()
    file = str(trusted.write_root(tmp_path / ".postgresql" / "root.crt"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PGSSLROOTCERT", "SSL_CERT_FILE", "PGSSLCRL", "PGSSLCERT", "PGSSLKEY"):
        monkeypatch.setenv(name, file)
    monkeypatch.setenv("PGSSLNEGOTIATION", "direct")
    monkeypatch.setenv("PGSSLMINPROTOCOLVERSION", "TLSv1.3")
    monkeypatch.setenv("PGSSLMAXPROTOCOLVERSION", "TLSv1.2")

    for mode in ("disable", "require", "verify-full"):
        monkeypatch.setenv("PGSSLMODE", mode)
        assert await told(SERVER) == ""
        assert "is not signed by" in await told(issue("x", STRANGER, hosts=HOSTS))
