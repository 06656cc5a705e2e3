"""What settings say of TLS, and the authorities that come with the service."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

NewSettings = Callable[..., Any]

POOLER = "postgresql://a.abcdefghijklmnopqrst:b@aws-0-eu-central-1.pooler.supabase.com:5432/x"
ELSEWHERE = "postgresql://a:b@db.example.com/x"

# https://supabase.com/docs/guides/platform/ssl-enforcement; the fingerprints of both downloads.
FINGERPRINTS = {
    "supabase-root-2021.pem": "807025ad50d4ed219d2c9c7d299c004f824eb00cf7f65afef607d07b72e6cafa",
    "supabase-root-2025.pem": "5f9b77951a7aa1303f9b58eea9bfa89e358cfdc15f9786ff10d4930a722c9ae2",
}


@pytest.fixture(scope="session")
def new_settings(new_settings: NewSettings) -> NewSettings:
    return partial(new_settings, supabase_url="https://api.example.com")


def test_both_authorities_of_supabase_are_here_and_no_other(root: Path) -> None:
    files = (root / "src").glob("*/supabase/database/login/roots/*")
    found = {file.name: ssl.PEM_cert_to_DER_cert(file.read_text("ascii")) for file in files}

    assert {name: sha256(der).hexdigest() for name, der in found.items()} == FINGERPRINTS


@pytest.mark.parametrize("word", ["verify-ca", "verify-full"])
def test_a_host_of_supabase_needs_no_certificate_to_be_verified(
    new_settings: NewSettings, word: str
) -> None:
    url = f"{POOLER}?sslmode={word}"

    settings = new_settings(database_url=url, migrations_database_url=url)

    assert settings.database_ssl_root_cert is None


@pytest.mark.parametrize("word", ["", "no", "REQUIRE", "no-verify", "true"])
@pytest.mark.parametrize("setting", ["database_url", "migrations_database_url"])
def test_a_word_that_postgres_does_not_know_is_refused(
    new_settings: NewSettings, setting: str, word: str
) -> None:
    wrong = {"database_url": POOLER, setting: f"{POOLER}?sslmode={word}"}

    with pytest.raises(ValidationError, match="an sslmode that Postgres does not know"):
        new_settings(**wrong)


@pytest.mark.parametrize("word", ["verify-ca", "verify-full"])
@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("database_url", "database_ssl_root_cert"),
        ("migrations_database_url", "migrations_database_url"),
    ],
)
def test_another_host_is_verified_against_a_certificate_or_not_at_all(
    new_settings: NewSettings, setting: str, named: str, word: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        new_settings(**{"database_url": POOLER, setting: f"{ELSEWHERE}?sslmode={word}"})

    [problem] = refusal.value.errors(include_url=False)
    assert problem["loc"] == (named,)
    assert "is not set" in problem["msg"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no certificate"),
        ("a certificate", "holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate"),
    ],
)
def test_a_file_without_a_certificate_is_refused(
    new_settings: NewSettings, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "root.pem"
    file.write_text(text)

    with pytest.raises(ValidationError, match=says):
        new_settings(database_url=POOLER, database_ssl_root_cert=file)
