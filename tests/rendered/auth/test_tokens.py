"""Which access tokens are believed, and that everything else is 401."""

from __future__ import annotations

import time

import pytest
from httpx import AsyncClient
from tests.rendered.auth.signing import AuthService, Key, SignIn, assert_refused, encoded


async def test_a_token_of_each_algorithm_is_believed(
    auth: AuthService, sign_in: SignIn, rsa_key: Key, ed25519_key: Key
) -> None:
    keys = [auth.key, rsa_key, ed25519_key]
    auth.keys = [key.jwk() for key in keys]

    for key in keys:
        claims = auth.claims()
        answer = await sign_in(key.sign(claims))
        assert (answer.status_code, answer.json()["claims"]) == (200, claims)
    assert [key.algorithm for key in keys] == ["ES256", "RS256", "EdDSA"]


async def test_without_a_token_the_answer_asks_for_one(client: AsyncClient) -> None:
    for headers in (
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YWxpY2U6c2VjcmV0"},
        {"apikey": "sb_publishable_x"},
    ):
        answer = await client.get("/me", headers=headers)

        assert answer.status_code == answer.json()["status"] == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "Bearer" in answer.json()["detail"]


async def test_another_scheme_carries_no_token(auth: AuthService, client: AsyncClient) -> None:
    for scheme in ("Token", "JWT", "Basic", "BearerX"):
        answer = await client.get("/me", headers={"Authorization": f"{scheme} {auth.token()}"})
        assert answer.status_code == 401


async def test_of_two_tokens_none_is_believed(auth: AuthService, client: AsyncClient) -> None:
    """A proxy in front may have looked at the other one."""
    good = f"Bearer {auth.token()}"

    for other in (good, "Bearer x", "Basic x", ""):
        for pair in ((good, other), (other, good)):
            headers = [("Authorization", value) for value in pair]
            assert (await client.get("/me", headers=headers)).status_code == 401


@pytest.mark.parametrize("late", [9, 11])
async def test_clocks_may_be_ten_seconds_apart(
    auth: AuthService, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)

    for claims, detail in (
        ({"exp": now - late}, "has expired"),
        ({"iat": now + late}, "not valid yet"),
        ({"nbf": now + late}, "not valid yet"),
    ):
        answer = await sign_in(auth.token(**claims))
        if late < 10:
            assert answer.status_code == 200
        else:
            assert_refused(answer, detail)


async def test_a_list_of_audiences_may_hold_ours(auth: AuthService, sign_in: SignIn) -> None:
    for audience, status in (
        (["other", "authenticated"], 200),
        ("authenticated", 200),
        (["other"], 401),
        ("authenticated,other", 401),
        ("auth", 401),
    ):
        assert (await sign_in(auth.token(aud=audience))).status_code == status


NO_HEADERS = [
    b"{",
    b"[]",
    b"null",
    b"{}",
    b"[" * 9000,
    b'{"alg":' * 1000,
    b'{"alg":' + b"9" * 5000 + b"}",
    b'{"alg": "ES256", "kid": "\\ud800"}',
    bytes(range(256)),
]
NO_TOKENS = [
    *(f"{encoded(header)}.e30.AA" for header in NO_HEADERS),
    *("x", ".", "..", "...", "a.b.c", "a.b.c.d.e", "!.!.!", "\xe9.\xe9.\xe9", "e30.e30.e30"),
    "x" * (16 * 1024 + 1),
    "sb_publishable_abcdefghijklmnopqrstuv_12345678",
    "sb_secret_abcdefghijklmnopqrstuv_12345678",
]


@pytest.mark.parametrize("token", NO_TOKENS, ids=lambda token: token[:30])
async def test_what_is_no_token_is_refused_before_any_key_is_fetched(
    auth: AuthService, client: AsyncClient, token: str
) -> None:
    headers = [(b"authorization", b"Bearer " + token.encode("latin-1"))]

    assert_refused(await client.get("/me", headers=headers))
    assert auth.hits == 0


async def test_a_token_longer_than_16_kib_is_refused(auth: AuthService, sign_in: SignIn) -> None:
    claims = auth.claims(user_metadata={"note": "x" * 11_000})
    assert (await sign_in(auth.key.sign(claims))).status_code == 200

    assert_refused(await sign_in(auth.key.sign(claims, filler="x" * 1_000)))


async def test_an_api_key_is_told_from_an_access_token(auth: AuthService, sign_in: SignIn) -> None:
    """The keys that the old ones are replaced by, and those, which are tokens of no user."""
    assert_refused(await sign_in("sb_secret_abcdefghijklmnopqrstuv_12345678"), "API key")

    for role in ("anon", "service_role"):
        now = int(time.time())
        legacy = {"iss": "supabase", "ref": "x", "role": role, "iat": now, "exp": now + 3600}
        assert_refused(await sign_in(auth.key.sign(legacy)), "of a user")


async def test_no_answer_repeats_the_token_and_no_log_holds_it(
    auth: AuthService, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    tokens = [
        auth.token(exp=1),
        auth.token(iss="https://other.supabase.co/auth/v1"),
        auth.key.sign(auth.claims(), kid="unknown"),
        auth.key.sign(auth.claims(), alg="HS256"),
        auth.token(),
    ]

    for token in tokens:
        answer = await sign_in(token)
        for part in token.split("."):
            assert part not in answer.text + caplog.text


async def test_an_issuer_or_audience_that_is_not_set_is_logged_once(
    auth: AuthService, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """An operator mends it; and a client cannot fill the log."""
    for _ in range(3):
        assert_refused(await sign_in(auth.token(iss="https://other\nexample")))
        assert_refused(await sign_in(auth.token(aud="other")))

    assert caplog.text.count("SUPABASE_JWT_ISSUER") == 1
    assert "https://other\\nexample" in caplog.text
    assert caplog.text.count("SUPABASE_JWT_AUDIENCE") == 1
