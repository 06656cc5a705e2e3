"""Every `sslmode` on every kind of host: whose certificate is taken, by both engines."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic import SecretStr, ValidationError
from tests.rendered.bench.certificates import issue

from my_supabase_service.supabase.database.engine import connect_args

NewSettings = Callable[..., Any]

OWN = issue("An Authority")
SUPABASE = {
    "807025ad50d4ed219d2c9c7d299c004f824eb00cf7f65afef607d07b72e6cafa",
    "5f9b77951a7aa1303f9b58eea9bfa89e358cfdc15f9786ff10d4930a722c9ae2",
}
SUPABASE_HOSTS = (
    "aws-0-eu-central-1.pooler.supabase.com:5432",
    "AWS-1-Us-East-1.Pooler.Supabase.Com:5432",
    "db.abcdefghijklmnopqrst.supabase.co.:5432",
    "abcdefghijklmnopqrst.supabase.co:1",
)
OTHER_HOSTS = (
    "127.0.0.1:5432",
    "db.example.com:5432",
    "notsupabase.co:5432",
    "pooler.supabase.com.example:5432",
)
# By word: on a host of Supabase's, on another, and on either with DATABASE_SSL_ROOT_CERT.
MEANINGS = {
    "": ("Supabase", "anybody", "own"),
    "?sslmode=disable": ("no TLS", "no TLS", "no TLS"),
    "?sslmode=allow": ("Supabase", "anybody", "own"),
    "?sslmode=prefer": ("Supabase", "anybody", "own"),
    "?sslmode=require": ("anybody", "anybody", "own"),
    "?sslmode=verify-ca": ("Supabase", "refused", "own"),
    "?sslmode=verify-full": ("Supabase", "refused", "own"),
}
HOSTS = {**dict.fromkeys(SUPABASE_HOSTS, 0), **dict.fromkeys(OTHER_HOSTS, 1)}
URL = "postgresql://postgres:secret@{}/postgres{}"
NOWHERE = URL.format("127.0.0.1", "?sslmode=disable")


@pytest.fixture
def root_cert(tmp_path: Path) -> Path:
    return OWN.write_root(tmp_path / "own.pem")


def trusted(address: Any, root_cert: Path | None) -> str:
    """Tell from what the driver is given whose certificate it takes."""
    context = connect_args(address, root_cert)["ssl"]
    if context is False:
        return "no TLS"
    if context.verify_mode == ssl.CERT_NONE:
        return "anybody"
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_flags == (ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_PARTIAL_CHAIN)
    known = {sha256(each).hexdigest() for each in context.get_ca_certs(binary_form=True)}
    names = {"Supabase": SUPABASE, "own": {OWN.chain[0].fingerprint(SHA256()).hex()}}
    [name] = [name for name, keys in names.items() if keys == known]
    return name


@pytest.mark.parametrize("query", MEANINGS)
@pytest.mark.parametrize("engine", ["service", "migrations"])
def test_a_word_means_the_same_to_both_engines(
    new_settings: NewSettings, root_cert: Path, engine: str, query: str
) -> None:
    for (host, kind), own in product(HOSTS.items(), (None, root_cert)):
        url = URL.format(host, query)
        values = {
            "database_url": url if engine == "service" else NOWHERE,
            "migrations_database_url": url if engine == "migrations" else None,
            "database_ssl_root_cert": own,
        }
        try:
            settings = new_settings(**values)
            addresses = {"service": settings.address, "migrations": settings.migrations_address}
            found = trusted(addresses[engine](), own)
        except ValidationError as refusal:
            said = str(refusal)
            found = "refused" if "DATABASE_SSL_ROOT_CERT" in said.upper() else said
        assert found == MEANINGS[query][2 if own else kind], (host, own)


@pytest.mark.parametrize("mode", ["transaction", "session", "direct", "dedicated"])
@pytest.mark.parametrize(
    ("pooler", "meaning"),
    [("", "Supabase"), ("AWS-0-x.Pooler.Supabase.Com.", "Supabase"), ("pooler.lan", "anybody")],
)
def test_an_address_of_parts_says_nothing_and_is_verified_at_supabase(
    new_settings: NewSettings, root_cert: Path, mode: str, pooler: str, meaning: str
) -> None:
    settings = new_settings(
        supabase_project_id="abcdefghijklmnopqrst",
        database_password="secret",  # noqa: S106
        database_pooling_mode=mode,
        database_pooler_host=pooler,
    )
    at_supabase = mode in {"direct", "dedicated"}

    assert trusted(settings.address(), None) == ("Supabase" if at_supabase else meaning)
    assert trusted(settings.address(), root_cert) == "own"


@pytest.mark.parametrize("query", MEANINGS)
def test_migrations_that_share_the_address_share_its_word(
    new_settings: NewSettings, query: str
) -> None:
    url = f"postgresql://postgres.abc:secret@{SUPABASE_HOSTS[0].replace('5432', '6543')}/x{query}"

    settings = new_settings(database_url=url)

    address = settings.migrations_address()
    assert address.url.port == 5432
    assert trusted(address, None) == trusted(settings.address(), None) == MEANINGS[query][0]


def test_a_proof_without_an_authority_is_nobody_s(new_settings: NewSettings) -> None:
    """Also where the settings were changed behind the check of them."""
    other = {"database_url": SecretStr(URL.format("db.example.com", "?sslmode=verify-ca"))}
    settings = new_settings(database_url=NOWHERE).model_copy(update=other)

    with pytest.raises(TypeError):
        connect_args(settings.address(), None)


def test_a_certificate_that_cannot_be_read_stops_the_start(new_settings: NewSettings) -> None:
    with pytest.raises(ValidationError, match="cannot be read"):
        new_settings(database_url=NOWHERE, database_ssl_root_cert="/proc/self/mem")
