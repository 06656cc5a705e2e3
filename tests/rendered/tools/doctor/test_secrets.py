"""No command that looks shows a secret, whatever fails: each setting that is one is planted."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, quote_plus

import asyncpg
import pytest
from anyio import to_thread
from local.cluster import password
from sqlalchemy import make_url
from tests.rendered.bench.refusals import REFUSALS, Refusal
from tests.rendered.bench.supavisor import Supavisor
from tests.rendered.tools.doctor.api import answering
from tests.rendered.tools.doctor.conftest import Look
from tests.rendered.tools.doctor.planted import HARD, MARK, planted, secrets
from tests.rendered.tools.doctor.through import POOLER
from typer.testing import CliRunner

from my_supabase_service.cli import app
from my_supabase_service.settings import Settings

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Environment: TypeAlias = "dict[str, str]"

REF, OTHER = "abcdefghijklmnopqrst", "zyxwvutsrqponmlkjihg"

COMMANDS = (
    ("doctor",),
    ("doctor", "--json"),
    ("lint",),
    ("lint", "--json"),
    ("doctor", "--as", "anon", "memos"),
    ("sql", "--as", "anon", "select 1"),
)


@pytest.fixture
async def settings(
    environment: Environment, owner_url: str, scratch: Path
) -> AsyncGenerator[Environment]:
    """Every secret is planted, and both logins get in with theirs."""
    admin = make_url(owner_url).set(username="supabase_admin")
    admin = admin.set(password=password(scratch / "postgres", "supabase_admin"))
    superuser = await asyncpg.connect(admin.render_as_string(hide_password=False))
    await superuser.execute(
        f"create role planted login noinherit password '{HARD}';"
        f" create role planted_owner login password '{HARD}' in role postgres;"
        " grant anon, authenticated, service_role to planted"
    )
    url = make_url(owner_url).set(password=HARD)
    logins = {
        "DATABASE_URL": url.set(username="planted").render_as_string(hide_password=False),
        "MIGRATIONS_DATABASE_URL": url.set(username="planted_owner").render_as_string(
            hide_password=False
        ),
    }
    every = {name: planted(name) for name in secrets(Settings)}
    assert every.keys() >= {"DATABASE_PASSWORD", "SUPABASE_JWT_SECRET", *logins}
    yield {**environment, **every, **logins, "DATABASE_POOL_TIMEOUT": "0.5"}
    await superuser.execute("drop role planted; drop role planted_owner")
    await superuser.close()


async def printed(settings: dict[str, str | None], root: Path) -> list[str]:
    """Run each command in *root*; return all that each writes, to stdout and to stderr."""

    def run(words: tuple[str, ...]) -> str:
        result = CliRunner().invoke(app, words, env=settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), words
        assert result.output, words
        return result.stdout + result.stderr

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(root)
        return [await to_thread.run_sync(run, words) for words in COMMANDS]


def assert_none_is_shown(told: list[str]) -> None:
    for words, text in zip(COMMANDS, told, strict=True):
        assert MARK not in text, (words, text)


async def test_where_all_is_well(settings: Environment, root: Path) -> None:
    told = await printed({**settings}, root)

    assert "ok    login" in told[0]
    assert "1 row" in told[-1]
    assert_none_is_shown(told)


BROKEN: dict[str, dict[str, str | None]] = {
    "settings": {"SUPABASE_REGION": "Mars"},
    "the environment": {"CORS_ORIGINS": "x"},
    "no database": {"DATABASE_URL": f"postgresql://postgres:{MARK}@127.0.0.1"},
    "no URL": {"DATABASE_URL": f"{MARK}://postgres:{MARK}@127.0.0.1/postgres"},
    "an option": {
        "DATABASE_URL": f"postgresql://postgres:{MARK}@127.0.0.1/postgres?options={MARK}"
    },
    "a placeholder": {"DATABASE_URL": f"postgresql://p:[YOUR-PASSWORD]{MARK}@127.0.0.1/postgres"},
    "migrations": {"MIGRATIONS_DATABASE_URL": f"postgresql://p:{MARK}@127.0.0.1:6543/postgres"},
    "a short secret": {"SUPABASE_JWT_SECRET": MARK},
    "a key for a secret": {"SUPABASE_JWT_SECRET": '{"k": "' + MARK + '"}'},
    "a key of nothing": {"SUPABASE_PUBLISHABLE_KEY": MARK, "SUPABASE_SECRET_KEY": MARK},
    "project": {"SUPABASE_PROJECT_ID": REF, "SUPABASE_URL": f"https://{OTHER}.supabase.co"},
    "address": {"DATABASE_URL": f"postgresql://postgres:{quote(HARD)}@{POOLER}:6543/postgres"},
    "name": {"DATABASE_URL": f"postgresql://p.{REF}:{quote(HARD)}@{POOLER}:6543/postgres"},
    "port": {"DATABASE_URL": planted("DATABASE_URL")},
    "migrations' port": {"MIGRATIONS_DATABASE_URL": planted("DATABASE_URL")},
    "api": {"SUPABASE_URL": "http://127.0.0.1:1"},
    "bucket": {"STORAGE_BUCKET": "elsewhere"},
    "limits": {"DATABASE_POOL_SIZE": "900"},
}


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize("broken", BROKEN)
async def test_where_something_fails(settings: Environment, root: Path, broken: str) -> None:
    mode = {"DATABASE_POOLING_MODE": None} if POOLER in str(BROKEN[broken]) else {}

    assert_none_is_shown(await printed({**settings, **BROKEN[broken], **mode}, root))


@pytest.mark.parametrize("what", ["a password", "a TLS"])
async def test_where_the_database_refuses(settings: Environment, root: Path, what: str) -> None:
    url = make_url(settings["DATABASE_URL"])
    wrong = url.set(password=f"{HARD} wrong") if what == "a password" else url.set(query={})
    text = wrong.render_as_string(hide_password=False)

    told = await printed({**settings, "DATABASE_URL": text, "MIGRATIONS_DATABASE_URL": text}, root)

    assert "FAIL" in told[0]
    assert_none_is_shown(told)


@pytest.mark.parametrize("refusal", ["password", "econnrefused", "ECIRCUITBREAKER"])
async def test_where_a_pooler_refuses(
    settings: Environment, root: Path, pooler: Supavisor, refusal: str
) -> None:
    pooler.refuse = refusal
    url = make_url(pooler.url).set(password=HARD).render_as_string(hide_password=False)

    told = await printed({**settings, "DATABASE_URL": url, "MIGRATIONS_DATABASE_URL": url}, root)

    assert "FAIL  login" in told[0]
    assert_none_is_shown(told)


async def test_where_a_pooler_says_back_what_it_was_told(
    look: Look, pooler: Supavisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is and escaped, in words that the doctor hands on."""
    url = make_url(pooler.url).set(password=HARD).render_as_string(hide_password=False)
    forms = (HARD, quote(HARD), quote(HARD, safe=""), quote_plus(HARD), url)
    monkeypatch.setitem(REFUSALS, "said back", Refusal(f"no {' '.join(forms)}"))
    pooler.refuse = "said back"

    said = await look(DATABASE_URL=url)

    assert said["login"].remedy == "no *** *** *** *** ***"
    assert MARK not in said.report.as_text() + said.report.as_json()


@pytest.mark.parametrize("status", [301, 404, 503])
async def test_where_the_api_says_back_what_it_was_told(
    settings: Environment, root: Path, status: int
) -> None:
    keys = "".join(it for name, it in settings.items() if name.endswith(("_KEY", "_SECRET")))
    headers = {"Location": f"https://{keys}.example/{quote(HARD)}"}
    async with answering(status, '{"message": "' + keys + '"}', headers=headers) as url:
        told = await printed({**settings, "SUPABASE_URL": url}, root)

    assert "FAIL" in told[0]
    assert_none_is_shown(told)


def test_every_secret_is_planted() -> None:
    """The walk finds what is there now, so it finds what is added."""
    expected = {"DATABASE_URL", "DATABASE_PASSWORD", "MIGRATIONS_DATABASE_URL"}
    expected |= {"SUPABASE_JWT_SECRET", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"}

    assert {*secrets(Settings)} == expected
