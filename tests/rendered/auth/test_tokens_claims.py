"""What a token must say of a user, and that nothing it says makes this service stumble."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
from tests.rendered.auth.signing import AuthService, SignIn

UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "sub", "role"])
async def test_a_claim_that_says_who_and_how_long_is_required(
    auth: AuthService, sign_in: SignIn, claim: str
) -> None:
    nothings: list[Any] = [..., None, "", [], {}, True]
    for nothing in nothings:
        answer = await sign_in(auth.token(**{claim: nothing}))
        assert answer.status_code == 401, nothing


ROLES = ["anon", "service_role", "postgres", "supabase_admin", "authenticator", "admin"]
NO_ROLES = ["Authenticated", "authenticated ", ["authenticated"], {"authenticated": 1}, 1, "", None]


@pytest.mark.parametrize("role", [*ROLES, *NO_ROLES])
async def test_only_the_role_of_users_is_believed(
    auth: AuthService, sign_in: SignIn, role: Any
) -> None:
    """A token says which role of the database it acts as: no other may come in by one."""
    answer = await sign_in(auth.token(role=role))

    assert answer.status_code == 401
    assert "of a user" in answer.json()["detail"]


NO_UUIDS = [
    *("alice", "1", UUID[:-1], f"{UUID}0", f"{{{UUID}}}", f"urn:uuid:{UUID}", f" {UUID}"),
    *(f"{UUID}\n", UUID.replace("-", ""), UUID.replace("ba", "_a"), UUID.replace("6", "\u0666")),
    *(1, 1.5, [UUID], {"id": UUID}),
]


@pytest.mark.parametrize("sub", NO_UUIDS)
async def test_a_subject_is_a_uuid_as_postgres_reads_it(
    auth: AuthService, sign_in: SignIn, sub: Any
) -> None:
    assert (await sign_in(auth.token(sub=sub))).status_code == 401
    assert (await sign_in(auth.token(sub=UUID.upper()))).json()["user_id"] == UUID


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://other.supabase.co/auth/v1"),
        ("iss", ["https://other.supabase.co/auth/v1"]),
        ("iss", 1),
        ("aud", "anon"),
        ("aud", [1, "authenticated"]),
        ("aud", {"authenticated": 1}),
        ("exp", "4102444800"),
        ("exp", True),
        ("exp", [4102444800]),
        ("exp", -1),
        ("exp", 10**400),
        ("iat", "1"),
        ("iat", 10**12),
        ("nbf", "1"),
        ("nbf", 10**12),
        ("email", ["alice@example.com"]),
        ("email", 1),
        ("session_id", "first"),
        ("session_id", 1),
        ("aal", 2),
        ("is_anonymous", "false"),
        ("is_anonymous", 0),
        ("app_metadata", "admin"),
        ("app_metadata", ["admin"]),
    ],
)
async def test_a_claim_of_another_kind_is_refused(
    auth: AuthService, sign_in: SignIn, claim: str, value: Any
) -> None:
    assert (await sign_in(auth.token(**{claim: value}))).status_code == 401


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1e999",
        "9" * 5000,
        nested(201),
        nested(5000),
        "[" * 8000,
        r'"\ud800"',
        r'"\udc00\ud800"',
        r'"\u0000"',
        r'"\\\u0000"',
        r'{"\u0000": 1}',
        '"\0"',
        '"\n"',
        "01",
        "+1",
        "'x'",
        "",
    ],
    ids=lambda value: repr(value[:20]),
)
async def test_what_jsonb_cannot_hold_is_refused(
    auth: AuthService, sign_in: SignIn, value: str
) -> None:
    """Where it would go: the claims of a request are JSON in the database."""
    text = json.dumps(auth.claims(odd="here")).replace('"here"', value)

    assert (await sign_in(auth.key.sign(text.encode()))).status_code == 401


@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"[]", b'"x"', b"1", b"\xff", b'{"sub"', b"{}", b"\xef\xbb\xbf{}", b"{}{}"],
)
async def test_a_payload_that_is_no_object_is_refused(
    auth: AuthService, sign_in: SignIn, payload: bytes
) -> None:
    assert (await sign_in(auth.key.sign(payload))).status_code == 401


WORDS = "\\u0000 \\ud800 \u2028 \U0001f600 ' \" $$ \x7f %s {0} </script>"
ODD: dict[str, Any] = {
    "number": 10**4000,
    "small": 1e-300,
    "large": 1e22,
    "minus": -0.0,
    "words": WORDS,
    "\u00e9": [None, True, {"": []}],
    "nested": json.loads(nested(150)),
    "user_id": "00000000-0000-0000-0000-000000000000",
    "claims": {"role": "service_role"},
    "claims_json": '{"role": "service_role"}',
    "user_metadata": {"role": "admin", "sub": "x"},
}


async def test_what_jsonb_can_hold_is_kept_as_it_is(auth: AuthService, sign_in: SignIn) -> None:
    claims = auth.claims(**ODD)

    answer = await sign_in(auth.key.sign(claims))

    assert answer.json()["claims"] == claims
    assert answer.json()["user_id"] == claims["sub"]
    assert "claims_json" not in answer.json().keys() - {"claims"}


async def test_postgres_reads_the_claims_as_they_were_signed(
    auth: AuthService,
    state: Mapping[str, Any],
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    claims = auth.claims(**ODD)

    principal = await state["tokens"].verify(auth.key.sign(claims))

    read = await sql.fetchval("select $1::text::jsonb::text", principal.claims_json)
    assert json.loads(read) == claims
    assert "\n" not in principal.claims_json


async def test_of_a_claim_that_comes_twice_everyone_takes_the_last(
    auth: AuthService, state: Mapping[str, Any]
) -> None:
    """Else two readers could take one token for two users."""
    text = json.dumps(auth.claims(sub=UUID)).replace("{", '{"sub": "x", "role": "postgres", ', 1)

    principal = await state["tokens"].verify(auth.key.sign(text.encode()))

    assert str(principal.user_id) == UUID
    assert principal.claims_json.count('"sub"') == 1
    assert "postgres" not in principal.claims_json


async def test_a_claim_that_is_null_counts_as_left_out(auth: AuthService, sign_in: SignIn) -> None:
    empty = dict.fromkeys(("email", "session_id", "aal", "is_anonymous", "app_metadata"))

    user = (await sign_in(auth.token(**empty))).json()

    assert (user["email"], user["session_id"], user["aal"]) == (None, None, "aal1")
    assert (user["is_anonymous"], user["app_metadata"]) == (False, {})
