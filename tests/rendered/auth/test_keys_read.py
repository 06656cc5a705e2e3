"""Which answers of the endpoint are taken for keys."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm
from tests.rendered.auth.conftest import Clock
from tests.rendered.auth.signing import AuthService, Key, SignIn


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (b"500 Internal Server Error", None),
        (b"404 Not Found", None),
        (b"204 No Content", b""),
        (b"301 Moved Permanently", None),
        (b"200 OK", b""),
        (b"200 OK", b"<html>"),
        (b"200 OK", b"\xff"),
        (b"200 OK", b"[]"),
        (b"200 OK", b"{}"),
        (b"200 OK", b'{"keys": {}}'),
        (b"200 OK", b'{"keys": null}'),
        (b"200 OK", b"[" * 60_000),
        (b"200 OK", b'{"keys": []}' + b" " * 64 * 1024),
        (b"200 OK\r\nContent-Encoding: gzip", b'{"keys": []'),
        (b"nonsense", b""),
    ],
    ids=str,
)
async def test_an_answer_that_is_no_key_set_leaves_the_keys_as_they_are(
    auth: AuthService, sign_in: SignIn, clock: Clock, status: bytes, body: bytes | None
) -> None:
    assert (await sign_in(auth.token())).status_code == 200
    auth.keys = []
    auth.status, auth.body = status, body
    clock.ahead += 660

    assert (await sign_in(auth.token())).status_code == 200
    assert auth.hits == 2


async def test_a_redirect_is_not_followed(auth: AuthService, sign_in: SignIn) -> None:
    evil = AuthService()
    await evil.start()
    auth.status = b"302 Found\r\nLocation: " + evil.url.encode()

    assert (await sign_in(auth.token())).status_code == 503
    assert (auth.hits, evil.hits) == (1, 0)
    await evil.stop()


def odd_entries() -> list[Any]:
    good = Key("odd").jwk()
    p384 = ec.generate_private_key(ec.SECP384R1()).public_key()
    x448 = ed448.Ed448PrivateKey.generate().public_key()
    values: list[Any] = [1, [], {}, None, "", "!"]
    odd: list[Any] = [*values, {"keys": []}]
    odd += [{**ECAlgorithm.to_jwk(p384, as_dict=True), "kid": "odd"}]
    odd += [{**OKPAlgorithm.to_jwk(x448, as_dict=True), "kid": "odd"}]
    for name in ("kid", "kty", "crv", "x", "y"):
        odd += [{part: good[part] for part in good if part != name}]
        odd += [{**good, name: value} for value in values]
    odd += [{"kid": "odd", "kty": "RSA", "n": "_" * size, "e": "AQAB"} for size in (4, 20_000)]
    odd += [{"kid": "odd", "kty": "oct", "k": "c2VjcmV0"}, {"kid": "odd", "kty": "PQC"}]
    return odd


async def test_an_entry_that_is_of_no_use_is_skipped(auth: AuthService, sign_in: SignIn) -> None:
    """The others are none the worse for it."""
    auth.keys = [*odd_entries(), auth.key.jwk()]

    assert (await sign_in(auth.token())).status_code == 200
    assert (await sign_in(auth.key.sign(auth.claims(), kid="odd"))).status_code == 401


@pytest.mark.parametrize("changes", [{"use": "enc"}, {"alg": "ES384"}, {"kid": 1}])
async def test_a_key_for_something_else_does_not_verify(
    auth: AuthService, sign_in: SignIn, changes: dict[str, Any]
) -> None:
    auth.keys = [auth.key.jwk(**changes)]

    assert (await sign_in(auth.token())).status_code == 401


async def test_a_private_key_that_got_published_is_not_used(
    auth: AuthService, sign_in: SignIn, rsa_key: Key, ed25519_key: Key
) -> None:
    """Everybody can sign with it by then."""
    keys = [auth.key, rsa_key, ed25519_key]
    auth.keys = [{**key.private_jwk(), "kid": key.kid} for key in keys]

    for key in keys:
        assert (await sign_in(key.sign(auth.claims()))).status_code == 401


async def test_an_rsa_key_of_less_than_2048_bits_is_not_used(
    auth: AuthService, sign_in: SignIn
) -> None:
    short = Key("short", rsa.generate_private_key(65537, 1024))  # noqa: S505
    auth.keys = [short.jwk()]

    assert (await sign_in(short.sign(auth.claims()))).status_code == 401


async def test_a_project_without_keys_or_secret_is_logged_once(
    auth: AuthService, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    auth.keys = []

    for _ in range(3):
        assert (await sign_in(auth.token())).status_code == 401

    assert caplog.text.count("no SUPABASE_JWT_SECRET") == 1
