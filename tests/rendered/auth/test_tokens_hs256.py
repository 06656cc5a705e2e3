"""Projects that still sign with a secret, and those that do not but are told so."""

from __future__ import annotations

import json
from collections.abc import Generator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.rendered.auth.signing import AuthService, Key, SignIn, encoded, hs256

SECRET = "a secret of at least thirty-two bytes"  # noqa: S105
with_secret = pytest.mark.parametrize("secret", [SECRET], indirect=True)
with_and_without_secret = pytest.mark.parametrize("secret", [None, SECRET], indirect=True)


@with_secret
async def test_a_token_signed_with_the_secret_is_believed(
    auth: AuthService, sign_in: SignIn
) -> None:
    """With the id of a key or without, also of one of another kind; nothing is fetched."""
    for header in ({}, {"kid": "legacy"}, {"kid": "first"}):
        answer = await sign_in(hs256(auth.claims(), SECRET.encode(), **header))
        assert answer.status_code == 200
    assert auth.hits == 0


@with_secret
async def test_both_kinds_are_believed_while_a_project_moves(
    auth: AuthService, sign_in: SignIn
) -> None:
    assert (await sign_in(hs256(auth.claims(), SECRET.encode()))).status_code == 200
    assert (await sign_in(auth.token())).status_code == 200


@with_secret
async def test_another_secret_is_refused(auth: AuthService, sign_in: SignIn) -> None:
    for secret in ("", "x", SECRET[:-1], SECRET + "\n", SECRET.upper(), encoded(SECRET.encode())):
        for header in ({}, {"kid": "first"}):
            token = hs256(auth.claims(), secret.encode(), **header)
            assert (await sign_in(token)).status_code == 401


@with_secret
@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "hs256", "none", "ES256", "RS256"])
async def test_the_secret_serves_hs256_only(
    auth: AuthService, sign_in: SignIn, algorithm: str
) -> None:
    for header in ({}, {"kid": "first"}):
        token = hs256(auth.claims(), SECRET.encode(), **header, alg=algorithm)
        assert (await sign_in(token)).status_code == 401


@with_secret
async def test_the_secret_is_no_way_around_the_other_checks(
    auth: AuthService, sign_in: SignIn
) -> None:
    """The keys of old are such tokens: anon and service_role."""
    for changes in ({"role": "service_role"}, {"exp": 1}, {"iss": "supabase"}, {"aud": "x"}):
        token = hs256(auth.claims(**changes), SECRET.encode())
        assert (await sign_in(token)).status_code == 401


async def test_a_secret_that_is_not_set_is_logged_once(
    auth: AuthService, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert (await sign_in(hs256(auth.claims(), SECRET.encode()))).status_code == 401

    assert caplog.text.count("SUPABASE_JWT_SECRET is not set") == 1


def encodings(key: Key) -> Generator[bytes]:
    """Give the public *key* in each form in which a library may have it at hand."""
    public = key.public
    yield public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    yield json.dumps(key.jwk()).encode()
    yield json.dumps(key.jwk(), separators=(",", ":"), sort_keys=True).encode()
    if isinstance(public, ec.EllipticCurvePublicKey):
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        yield from (point, point[1:], point[1:33], point[33:])
        yield public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        yield public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    elif key.kid == "rsa":
        yield public.public_bytes(Encoding.PEM, PublicFormat.PKCS1)
        yield public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        yield key.jwk()["n"].encode()
    else:
        yield public.public_bytes(Encoding.Raw, PublicFormat.Raw)


@with_and_without_secret
async def test_a_public_key_is_never_a_secret(
    auth: AuthService, sign_in: SignIn, rsa_key: Key, ed25519_key: Key
) -> None:
    """Else whoever can read the keys could sign."""
    keys = [auth.key, rsa_key, ed25519_key]
    auth.keys = [key.jwk() for key in keys]

    for key in keys:
        assert (await sign_in(key.sign(auth.claims()))).status_code == 200
        for public in encodings(key):
            for secret in (public, public.strip(), public + b"\n"):
                for header in ({"kid": key.kid}, {}, {"kid": key.kid, "alg": key.algorithm}):
                    token = hs256(auth.claims(), secret, **header)
                    assert (await sign_in(token)).status_code == 401


@with_and_without_secret
async def test_a_secret_among_the_public_keys_is_not_used(
    auth: AuthService, sign_in: SignIn
) -> None:
    published = b"everybody can read this secret here"
    key = {"kty": "oct", "k": encoded(published), "kid": "oct"}
    auth.keys = [key, {**key, "alg": "HS256", "kid": "named"}, auth.key.jwk()]

    assert (await sign_in(auth.token())).status_code == 200
    for header in ({}, {"kid": "oct"}, {"kid": "named"}):
        assert (await sign_in(hs256(auth.claims(), published, **header))).status_code == 401
