"""Tokens that somebody made up: what an attacker can send, and nobody may believe."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from itertools import permutations
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.rendered.auth.signing import AuthService, Key, SignIn, assert_refused, encoded


@pytest.mark.parametrize(
    "header",
    [
        {"kid": ...},
        {"kid": None},
        {"kid": ""},
        {"kid": 1},
        {"kid": ["first"]},
        {"kid": {"first": 1}},
        {"kid": "../../first"},
        {"kid": "first\0"},
        {"kid": "\ud800"},
        {"kid": "' or 1=1 --"},
        {"kid": "https://evil.example.com/key"},
        {"kid": "k" * 8000},
        {"crit": ["exp"]},
        {"crit": ["b64"], "b64": True},
        {"crit": []},
        {"alg": "ES384"},
        {"alg": "es256"},
        {"alg": ["ES256"]},
        {"alg": None},
        {"alg": ...},
        {"alg": "RS256"},
        {"alg": "EdDSA"},
        {"alg": "HS256"},
        {"alg": "none"},
    ],
    ids=lambda header: str(header)[:40],
)
async def test_a_header_other_than_the_keys_is_refused(
    auth: AuthService, sign_in: SignIn, header: dict[str, Any]
) -> None:
    """Although the signature is good: the key says what it signs with, and is found by its id."""
    assert_refused(await sign_in(auth.key.sign(auth.claims(), **header)))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
async def test_a_token_that_is_not_signed_is_refused(
    auth: AuthService, sign_in: SignIn, algorithm: str
) -> None:
    header = {"alg": algorithm, "typ": "JWT"}

    for kid in ({}, {"kid": "first"}):
        unsigned = f"{encoded({**header, **kid})}.{encoded(auth.claims())}"
        for signature in ("", ".", ".AA", "." + encoded(bytes(64))):
            assert_refused(await sign_in(unsigned + signature))


async def test_a_signature_of_another_form_is_refused(auth: AuthService, sign_in: SignIn) -> None:
    signed, _, good = auth.token().rpartition(".")
    raw = urlsafe_b64decode(good + "==")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")

    for signature in (
        bytes(64),
        b"\xff" * 64,
        encode_dss_signature(r, s),
        raw[:63],
        raw + b"\0",
        raw[32:] + raw[:32],
        r.to_bytes(32, "big") + bytes(32),
        bytes(raw[:63] + bytes([raw[63] ^ 1])),
        b"\0",
    ):
        assert_refused(await sign_in(f"{signed}.{encoded(signature)}"))
    assert (await sign_in(f"{signed}.{good}")).status_code == 200


async def test_the_key_is_the_one_that_the_token_names(
    auth: AuthService, sign_in: SignIn, rsa_key: Key, ed25519_key: Key
) -> None:
    keys = [auth.key, Key("second"), rsa_key, ed25519_key]
    auth.keys = [key.jwk() for key in keys]

    for key, other in permutations(keys, 2):
        swapped = {"kid": other.kid}
        assert_refused(await sign_in(key.sign(auth.claims(), **swapped)))
        assert_refused(await sign_in(key.sign(auth.claims(), **swapped, alg=other.algorithm)))
        assert (await sign_in(key.sign(auth.claims()))).status_code == 200


async def test_a_key_that_the_token_brings_along_is_not_looked_at(
    auth: AuthService, sign_in: SignIn
) -> None:
    evil = AuthService()
    await evil.start()
    where = f"{evil.url}/auth/v1/.well-known/jwks.json"

    for header in (
        {"jwk": evil.key.jwk()},
        {"jku": where},
        {"x5u": where},
        {"x5c": ["MIIB"]},
        {"jku": where, "kid": "unknown"},
        {"jwk": evil.key.jwk(), "kid": ...},
    ):
        assert_refused(await sign_in(evil.key.sign(auth.claims(), **header)))
    await evil.stop()
    assert evil.hits == 0
