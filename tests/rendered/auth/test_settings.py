"""From the environment to whose access tokens are believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from my_supabase_service.supabase.auth.settings import AuthSettings
from my_supabase_service.supabase.database.settings import DatabaseSettings

NewSettings = Callable[..., Any]

REF = "abcdefghijklmnopqrst"
OTHER = "zzzzzzzzzzzzzzzzzzzz"
POOLED = "postgresql://{}:secret@aws-1-eu-central-1.pooler.supabase.com:6543/postgres"
DIRECT = "postgresql://service_login:secret@db.{}.supabase.co:5432/postgres"
OWN = "postgresql://postgres:secret@db.example.com:5432/postgres"
SECRET = "x" * 32


def refusals(new_settings: NewSettings, **values: Any) -> dict[str, str]:
    """Return what is wrong, by setting."""
    with pytest.raises(ValidationError) as refusal:
        new_settings(**values)
    return {
        str(problem["loc"][0]): problem["msg"]
        for problem in refusal.value.errors(include_url=False, include_input=False)
    }


@pytest.mark.parametrize(
    "values",
    [
        {"database_url": POOLED.format(f"postgres.{REF}")},
        {"database_url": POOLED.format(f"service_login.{REF}")},
        {"database_url": DIRECT.format(REF)},
        {"database_url": OWN, "supabase_project_id": REF},
        {"database_url": OWN, "supabase_url": f"https://{REF}.supabase.co/"},
        {"database_url": DIRECT.format(REF), "supabase_project_id": REF},
        {"database_password": "secret", "supabase_project_id": REF},
    ],
    ids=str,
)
def test_one_address_tells_whose_tokens_are_believed(
    new_settings: NewSettings, values: dict[str, str]
) -> None:
    settings = new_settings(**values)

    assert settings.supabase_url == f"https://{REF}.supabase.co"
    assert settings.supabase_jwks_url == f"{settings.supabase_url}/auth/v1/.well-known/jwks.json"
    assert settings.supabase_jwt_issuer == [f"{settings.supabase_url}/auth/v1"]
    assert settings.supabase_jwt_audience == ["authenticated"]
    assert settings.supabase_jwt_secret is None


def test_what_is_set_wins_over_what_is_computed(
    new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", DIRECT.format(REF))
    monkeypatch.setenv("SUPABASE_URL", "https://api.example.com/base/")
    monkeypatch.setenv("SUPABASE_JWKS_URL", "http://kong:8000/keys")
    monkeypatch.setenv("SUPABASE_JWT_ISSUER", "https://a.example.com/auth/v1, supabase")
    monkeypatch.setenv("SUPABASE_JWT_AUDIENCE", "authenticated,mobile")
    monkeypatch.setenv("SUPABASE_JWT_SECRET", SECRET)

    settings = new_settings()

    assert settings.supabase_url == "https://api.example.com/base"
    assert settings.supabase_jwks_url == "http://kong:8000/keys"
    assert settings.supabase_jwt_issuer == ["https://a.example.com/auth/v1", "supabase"]
    assert settings.supabase_jwt_audience == ["authenticated", "mobile"]
    assert settings.supabase_jwt_secret.get_secret_value() == SECRET


def test_keys_and_issuer_follow_the_address(new_settings: NewSettings) -> None:
    settings = new_settings(database_url=OWN, supabase_url="http://localhost:54321")

    assert settings.supabase_jwks_url == "http://localhost:54321/auth/v1/.well-known/jwks.json"
    assert settings.supabase_jwt_issuer == ["http://localhost:54321/auth/v1"]


def test_a_project_that_nothing_names_is_asked_for(new_settings: NewSettings) -> None:
    [(setting, sentence)] = refusals(new_settings, database_url=OWN).items()

    assert setting == "supabase_url"
    assert "is not set" in sentence


def test_two_projects_are_not_taken_for_one(new_settings: NewSettings) -> None:
    """Else the users of one would see the rows of another."""
    values = {"database_url": DIRECT.format(REF), "supabase_project_id": OTHER}

    [(setting, sentence)] = refusals(new_settings, **values).items()

    assert setting == "supabase_url"
    assert "two projects" in sentence


@pytest.mark.parametrize("setting", ["supabase_url", "supabase_jwks_url"])
@pytest.mark.parametrize(
    "url",
    [
        "https://x.supabase.co",
        "HTTPS://X.example.com:8443/path",
        "http://localhost:54321",
        "http://127.0.0.1",
        "http://127.8.9.10:1",
        "http://[::1]:54321/",
        "http://[fd00::1]",
        "http://10.0.0.7:8000",
        "http://172.16.0.1",
        "http://192.168.1.2",
        "http://kong:8000",
        "http://supabase_kong-1:8000",
    ],
)
def test_an_address_that_nobody_can_stand_before_is_taken(
    new_settings: NewSettings, setting: str, url: str
) -> None:
    settings = new_settings(database_url=DIRECT.format(REF), **{setting: url})

    assert getattr(settings, setting) == url.rstrip("/")


@pytest.mark.parametrize("setting", ["supabase_url", "supabase_jwks_url"])
@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://x.supabase.co", "use https"),
        ("HTTP://x.supabase.co", "use https"),
        ("http://8.8.8.8", "use https"),
        ("http://134744072", "use https"),
        ("http://0x08080808", "use https"),
        ("http://[2606:4700::1111]", "use https"),
        ("http://localhost.", "use https"),
        ("http://localhost.example.com", "use https"),
        ("http://10.0.0.7.example.com", "use https"),
        ("http://localhost@example.com", "of the form"),
        ("http://localhost:x@example.com", "of the form"),
        ("https://user:hunter2@example.com", "of the form"),
        ("https://example.com?apikey=hunter2", "of the form"),
        ("https://example.com/#hunter2", "of the form"),
        ("https://example.com\\@localhost", "of the form"),
        ("https://exa mple.com", "of the form"),
        ("https://example.com\n.localhost", "of the form"),
        ("https://example.com:99999", "of the form"),
        ("https://example.com:", "of the form"),
        ("https://", "of the form"),
        ("https:///auth", "of the form"),
        ("ftp://example.com", "of the form"),
        ("file:///etc/passwd", "of the form"),
        ("example.com", "of the form"),
        ("//example.com", "of the form"),
    ],
)
def test_an_address_that_somebody_could_stand_before_is_refused(
    new_settings: NewSettings, setting: str, url: str, says: str
) -> None:
    values = {"database_url": DIRECT.format(REF), setting: url}

    [(wrong, sentence)] = refusals(new_settings, **values).items()

    assert wrong == setting
    assert says in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("hunter2", "shorter than 32 bytes"),
        ("x" * 31, "shorter than 32 bytes"),
        ("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", "another kind"),
        ('{"kty": "EC", "crv": "P-256", "x": "hunter2", "y": "hunter2"}', "another kind"),
    ],
)
def test_a_secret_that_anyone_could_know_is_refused(
    new_settings: NewSettings, secret: str, says: str
) -> None:
    values = {"database_url": DIRECT.format(REF), "supabase_jwt_secret": secret}

    [(setting, sentence)] = refusals(new_settings, **values).items()

    assert setting == "supabase_jwt_secret"
    assert says in sentence
    assert secret not in sentence


def test_an_audience_there_must_be(
    new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_JWT_AUDIENCE", ", ,")

    assert refusals(new_settings, database_url=DIRECT.format(REF)).keys() == {
        "supabase_jwt_audience"
    }


def test_all_that_is_wrong_is_told_at_once(new_settings: NewSettings) -> None:
    wrong = refusals(
        new_settings,
        database_url=OWN,
        database_pool_size=0,
        supabase_jwks_url="ftp://x",
        supabase_jwt_secret="short",  # noqa: S106
        max_request_bytes=0,
    )

    assert wrong.keys() == {
        "database_pool_size",
        "max_request_bytes",
        "supabase_jwks_url",
        "supabase_jwt_secret",
        "supabase_url",
    }


def test_what_follows_from_a_wrong_setting_is_not_told_as_well(new_settings: NewSettings) -> None:
    assert refusals(new_settings, database_url="mysql://x").keys() == {"database_url"}
    assert refusals(
        new_settings, database_url=DIRECT.format(REF), supabase_project_id="short"
    ).keys() == {"supabase_project_id"}


def test_the_secret_is_never_shown(new_settings: NewSettings) -> None:
    secret = "hunter2" * 8

    settings = new_settings(database_url=DIRECT.format(REF), supabase_jwt_secret=secret)

    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()} "


def test_bases_in_an_order_that_loses_the_project_are_refused() -> None:
    class Wrong(DatabaseSettings, AuthSettings):
        pass

    with pytest.raises(TypeError, match="put AuthSettings before DatabaseSettings"):
        Wrong(database_url=SecretStr(DIRECT.format(REF)))
