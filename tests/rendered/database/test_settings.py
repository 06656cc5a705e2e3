"""From the environment to the address that is dialled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import ValidationError

NewSettings = Callable[..., Any]

REF = "abcdefghijklmnopqrst"
POOLER = "aws-0-eu-central-1.pooler.supabase.com"


@pytest.fixture(scope="session")
def new_settings(new_settings: NewSettings) -> NewSettings:
    """Whose tokens are believed is the next file's concern."""
    return partial(new_settings, supabase_url="https://api.example.com")


def where(address: Any) -> tuple[Any, ...]:
    return (address.url.host, address.url.port, address.url.username, address.mode)


@pytest.mark.parametrize(
    ("mode", "address"),
    [
        ("transaction", ("aws-1-eu-central-1.pooler.supabase.com", 6543, f"postgres.{REF}")),
        ("session", ("aws-1-eu-central-1.pooler.supabase.com", 5432, f"postgres.{REF}")),
        ("direct", (f"db.{REF}.supabase.co", 5432, "postgres")),
        ("dedicated", (f"db.{REF}.supabase.co", 6543, "postgres")),
    ],
)
def test_the_parts_make_the_address_of_each_mode(
    new_settings: NewSettings, mode: str, address: tuple[Any, ...]
) -> None:
    settings = new_settings(
        supabase_project_id=REF,
        supabase_region="eu-central-1",
        database_pooling_mode=mode,
        database_password="secret",  # noqa: S106
    )

    assert where(settings.address()) == (*address, mode)


def test_a_pooler_host_that_is_named_is_taken(new_settings: NewSettings) -> None:
    settings = new_settings(
        supabase_project_id=REF,
        database_pooler_host=POOLER,
        database_password="secret",  # noqa: S106
        database_pooling_mode="session",
        database_user="service_login",
    )

    assert where(settings.address()) == (POOLER, 5432, f"service_login.{REF}", "session")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
@pytest.mark.parametrize("query", ["", "?sslmode=require", "?pgbouncer=true&connection_limit=1"])
@pytest.mark.parametrize(
    ("host", "mode"),
    [
        (f"{POOLER}:6543", "transaction"),
        (f"{POOLER}:5432", "session"),
        (POOLER, "session"),
        (f"db.{REF}.supabase.co:5432", "direct"),
        (f"db.{REF}.supabase.co:6543", "dedicated"),
    ],
)
def test_a_pasted_url_tells_its_mode(
    new_settings: NewSettings, scheme: str, query: str, host: str, mode: str
) -> None:
    url = f"{scheme}://postgres.{REF}:secret@{host}/postgres{query}"

    address = new_settings(database_url=url).address()

    assert address.mode == mode
    assert address.url.query == {}
    assert address.url.render_as_string().startswith("postgresql+asyncpg://")


@pytest.mark.parametrize(
    "password", ["p@ss", "a:b", "a/b", "100%", "a#b", "a?b", "@:/%#?&=+", "ü ß", "p@h:1/x", "%zz"]
)
def test_a_password_may_have_any_character(new_settings: NewSettings, password: str) -> None:
    """As it is in its own setting; as it is, or escaped as URLs are, in a pasted URL."""
    for written in (password, quote(password, safe="")):
        url = f"postgresql://postgres.{REF}:{written}@{POOLER}:6543/postgres?sslmode=require"
        assert new_settings(database_url=url).address().url.password == password

    apart = new_settings(supabase_project_id=REF, database_password=password)
    assert apart.address().url.password == password


def test_a_url_without_a_password_takes_it_from_its_own_setting(new_settings: NewSettings) -> None:
    url = f"postgresql://postgres.{REF}@{POOLER}:6543/postgres"

    settings = new_settings(database_url=url, database_password="p@ss")  # noqa: S106

    assert settings.address().url.password == "p@ss"  # noqa: S105


def test_another_host_has_the_mode_that_is_set(new_settings: NewSettings) -> None:
    url = "postgresql://me:secret@[::1]:7000/app?sslmode=disable"

    address = new_settings(database_url=url, database_pooling_mode="session").address()

    assert where(address) == ("::1", 7000, "me", "session")
    assert address.sslmode == "disable"


@pytest.mark.parametrize(
    ("values", "setting", "says"),
    [
        ({}, "database_url", "is not set"),
        ({"supabase_project_id": REF}, "database_password", "is not set"),
        (
            {"supabase_project_id": "short", "database_url": f"postgresql://a:b@{POOLER}/x"},
            "supabase_project_id",
            "match",
        ),
        ({"database_url": "mysql://x"}, "database_url", "postgresql://user"),
        (
            {"database_url": f"postgresql://postgres.{REF}:[YOUR-PASSWORD]@{POOLER}:6543/postgres"},
            "database_url",
            "[YOUR-PASSWORD]",
        ),
        ({"database_url": f"postgresql://a:b@{POOLER}:7000/postgres"}, "database_url", "7000"),
        ({"database_url": f"postgresql://a:b@{POOLER}/x?options=y"}, "database_url", "options"),
        ({"database_url": f"postgresql://a:b@{POOLER}/x?sslmode=no"}, "database_url", "sslmode"),
        ({"database_url": "postgresql://a:b@x:99999/x"}, "database_url", "port"),
        (
            {
                "database_url": f"postgresql://a:b@{POOLER}/x",
                "database_ssl_root_cert": "/nowhere",
            },
            "database_ssl_root_cert",
            "file",
        ),
        (
            {
                "database_url": f"postgresql://a:b@{POOLER}/x",
                "database_ssl_root_cert": __file__,
            },
            "database_ssl_root_cert",
            "holds no certificate",
        ),
        (
            {
                "database_url": f"postgresql://a:b@{POOLER}:6543/x",
                "database_prepared_statements": "true",
            },
            "database_prepared_statements",
            "breaks behind the transaction pooler",
        ),
        ({"database_url": f"postgresql://a@{POOLER}/x"}, "database_password", "is not set"),
        (
            {
                "database_url": f"postgresql://a:b@{POOLER}:6543/postgres",
                "database_pooling_mode": "session",
            },
            "database_pooling_mode",
            "transaction",
        ),
        (
            {
                "database_url": f"postgresql://a:b@{POOLER}:6543/postgres",
                "migrations_database_url": f"postgresql://a:b@{POOLER}:6543/postgres",
            },
            "migrations_database_url",
            "5432",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_wrong(
    new_settings: NewSettings, values: dict[str, str], setting: str, says: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        new_settings(**values)

    [problem] = refusal.value.errors(include_url=False)
    assert problem["loc"] == (setting,)
    assert says in problem["msg"]
    assert "a:b" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"postgres.{REF}:x@{POOLER}:6543", (POOLER, 5432, f"postgres.{REF}", "session")),
        (f"postgres.{REF}:x@{POOLER}:5432", (POOLER, 5432, f"postgres.{REF}", "session")),
        (
            f"postgres:x@db.{REF}.supabase.co:6543",
            (f"db.{REF}.supabase.co", 5432, "postgres", "direct"),
        ),
        (f"service_login.{REF}:x@{POOLER}:6543", None),
        ("postgres:x@10.0.0.1:6432", None),
    ],
)
def test_migrations_go_to_the_same_database_in_a_mode_that_holds(
    new_settings: NewSettings, url: str, address: tuple[Any, ...] | None
) -> None:
    """Or nowhere, when the login is not the owner's or the other port is not known."""
    found = new_settings(database_url=f"postgresql://{url}/postgres").migrations_address()

    assert (found and where(found)) == address


def test_a_secret_is_never_shown(new_settings: NewSettings) -> None:
    settings = new_settings(
        database_url=f"postgresql://a:hunter2@{POOLER}/postgres",
        migrations_database_url=f"postgresql://a:hunter2@{POOLER}/postgres",
        database_password="hunter2",  # noqa: S106
    )

    assert "hunter2" not in f"{settings!r} {settings} {settings.address()!r}"


def test_the_example_names_every_setting_with_its_default(
    new_settings: NewSettings, root: Path
) -> None:
    lines = (root / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(
        line.removeprefix("# ").split("=", 1)
        for line in lines
        if line.removeprefix("# ").partition("=")[0].isupper()
    )
    settings = new_settings(database_url=f"postgresql://a:b@{POOLER}/postgres")

    assert example.keys() == {name.upper() for name in settings.model_dump()}
    for name, written in example.items():
        default = str(getattr(settings, name.lower()))
        assert written in ("", default, default.lower()), name
