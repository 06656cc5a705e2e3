"""Signing in to the stand-in, as the real client of Supabase does it."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import jwt
import pytest
from local.keys import make_keys, read_keys
from local.people import ALICE, BOB, seed
from supabase import AsyncClient, AsyncClientOptions, AuthApiError, acreate_client


@pytest.fixture
async def supabase(stand_in: dict[str, str], migrated: str) -> AsyncGenerator[AsyncClient]:
    """A browser's client of the project."""
    assert migrated
    address = (stand_in["SUPABASE_URL"], stand_in["SUPABASE_PUBLISHABLE_KEY"])
    async with httpx.AsyncClient(trust_env=False) as http:
        yield await acreate_client(*address, AsyncClientOptions(httpx_client=http))


@pytest.mark.parametrize(("name", "user"), [("alice", ALICE), ("bob", BOB)])
async def test_people_sign_in_with_their_passwords(
    supabase: AsyncClient, name: str, user: UUID
) -> None:
    signed_in = await supabase.auth.sign_in_with_password(
        {"email": f"{name}@example.com", "password": f"{name}-password"}
    )

    assert signed_in.user
    assert signed_in.user.id == str(user)
    asked = await supabase.auth.get_user()
    assert asked
    assert asked.user.email == f"{name}@example.com"
    claims = await supabase.auth.get_claims()
    assert claims
    assert claims["claims"].get("sub") == str(user)
    await supabase.auth.sign_out()


async def test_a_session_is_refreshed_once_with_each_refresh_token(supabase: AsyncClient) -> None:
    signed_in = await supabase.auth.sign_in_with_password(
        {"email": "alice@example.com", "password": "alice-password"}
    )
    assert signed_in.session
    token = signed_in.session.refresh_token

    refreshed = await supabase.auth.refresh_session(token)

    assert refreshed.user
    assert refreshed.user.id == str(ALICE)
    with pytest.raises(AuthApiError, match="Refresh Token Not Found"):
        await supabase.auth.refresh_session(token)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@example.com", "bob-password"),
        ("alice@example.com", "Alice-password"),
        ("nobody@example.com", "alice-password"),
    ],
)
async def test_a_wrong_password_is_refused(
    supabase: AsyncClient, email: str, password: str
) -> None:
    with pytest.raises(AuthApiError, match="Invalid login credentials") as refusal:
        await supabase.auth.sign_in_with_password({"email": email, "password": password})

    assert (refusal.value.status, refusal.value.code) == (400, "invalid_credentials")


@pytest.mark.parametrize("key", ["", "sb_publishable_wrong", "sb_secret_wr\u00f6ng"])
async def test_the_api_wants_a_key_of_the_project(stand_in: dict[str, str], key: str) -> None:
    async with httpx.AsyncClient(base_url=stand_in["SUPABASE_URL"], trust_env=False) as client:
        headers = [(b"apikey", key.encode())]
        answer = await client.post("/auth/v1/token?grant_type=password", json={}, headers=headers)
        keys = await client.get("/auth/v1/.well-known/jwks.json")

    assert answer.status_code == 401
    assert keys.status_code == 200


async def test_the_published_key_is_public_and_verifies_tokens(
    stand_in: dict[str, str], token: Callable[..., str]
) -> None:
    async with httpx.AsyncClient(base_url=stand_in["SUPABASE_URL"], trust_env=False) as client:
        [key] = (await client.get("/auth/v1/.well-known/jwks.json")).json()["keys"]

    assert {"d", "k"}.isdisjoint(key)
    assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")
    claims = jwt.decode(token(ALICE), jwt.PyJWK(key), audience="authenticated")
    assert claims["iss"] == f"{stand_in['SUPABASE_URL']}/auth/v1"


async def test_who_is_signed_up_already_stays_as_they_are(
    stand_in: dict[str, str], owner_url: str, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    password = stand_in["DATABASE_URL"].split(":")[2].split("@")[0]
    await sql.execute("update auth.users set email = 'other@example.com' where id = $1", ALICE)

    await seed(owner_url, password)

    assert await sql.fetchval("select count(*) from auth.users") == 2
    assert await sql.fetchval("select email from auth.users where id = $1", ALICE)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_keys_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    first = make_keys(tmp_path)

    assert read_keys(tmp_path).secret == first.secret
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert make_keys(tmp_path, fresh=True).secret != first.secret


def token_command(root: Path, folder: Path, user: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", "--folder", folder, "token", user]
    return subprocess.run(  # noqa: S603
        command, cwd=root, check=False, capture_output=True, text=True
    )


def test_the_token_command_prints_a_token_and_nothing_else(
    root: Path, scratch: Path, stand_in: dict[str, str]
) -> None:
    somebody = "c0ffee00-0000-4000-8000-000000000000"
    for user, expected in {"alice": ALICE, "bob": BOB, somebody: UUID(somebody)}.items():
        done = token_command(root, scratch, user)

        assert (done.returncode, done.stderr) == (0, "")
        claims = jwt.decode(
            done.stdout.strip(),
            read_keys(scratch).signing.key.public_key(),
            algorithms=["ES256"],
            issuer=f"{stand_in['SUPABASE_URL']}/auth/v1",
            audience="authenticated",
        )
        assert claims["sub"] == str(expected)


def test_the_token_command_says_what_is_missing(
    root: Path, scratch: Path, stand_in: dict[str, str], tmp_path: Path
) -> None:
    assert stand_in
    for folder, user, expected in (
        (tmp_path, "alice", "start `dev` first"),
        (scratch, "mallory", "neither alice nor bob"),
    ):
        done = token_command(root, folder, user)

        assert (done.returncode, done.stdout) == (1, "")
        assert expected in done.stderr
        assert done.stderr.count("\n") == 1
