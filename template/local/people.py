"""Two people who use the service, and the login that it has to the database."""

from uuid import UUID

import asyncpg
import bcrypt

from .problem import Problem

ALICE = UUID("a11ce000-0000-4000-8000-000000000001")
BOB = UUID("b0b00000-0000-4000-8000-000000000002")

PEOPLE = {"alice": ALICE, "bob": BOB}
"""Their names, under which `token` knows them, and their ids in `auth.users`."""

LOGIN = "service_login"
"""The role that a migration of the service makes, without a password."""

COST = 4
"""The least that bcrypt takes: these passwords are no secret."""


def email_of(name: str) -> str:
    """Return the address that a person signs in with."""
    return f"{name}@example.com"


def password_of(name: str) -> str:
    """Return the password that a person signs in with."""
    return f"{name}-password"


async def seed(url: str, login_password: str) -> None:
    """Sign both up, and give the service's login its password; *url* logs in as `postgres`.

    Whoever is there already stays as they are.

    Raises:
        Problem: no migration has made the login.
    """
    connection = await asyncpg.connect(url)
    try:
        for name, user in PEOPLE.items():
            await connection.execute(SIGN_UP, user, email_of(name), _hashed(password_of(name)))
        if not await connection.fetchval("select 1 from pg_roles where rolname = $1", LOGIN):
            raise Problem(f"no migration makes the role {LOGIN}, which DATABASE_URL logs in as")
        quoted = await connection.fetchval("select quote_literal($1::text)", login_password)
        await connection.execute(f"alter role {LOGIN} password {quoted}")
    finally:
        await connection.close()


SIGN_UP = """
    insert into auth.users (
        instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
        raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
        confirmation_token, recovery_token, email_change_token_new, email_change
    )
    values (
        '00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', $2, $3, now(),
        '{"provider": "email", "providers": ["email"]}', '{}', now(), now(), '', '', '', ''
    )
    on conflict do nothing
"""


def _hashed(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()
