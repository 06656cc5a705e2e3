"""What a new Supabase project looks like from its own login `postgres`."""

import json
import socket
import stat
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

ALICE = UUID("a11ce000-0000-4000-8000-000000000000")
API_ROLES = ["anon", "authenticated", "service_role"]


@pytest.fixture
async def postgres(stand_in: dict[str, str]) -> AsyncGenerator[Connection]:
    """A connection as `postgres`, in a transaction that is rolled back."""
    connection = await asyncpg.connect(stand_in["MIGRATIONS_DATABASE_URL"])
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def test_postgres_is_no_superuser_but_may_make_roles_and_pass_by_policies(
    postgres: Connection,
) -> None:
    attributes = await postgres.fetchrow(
        "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
        " from pg_roles where rolname = 'postgres'"
    )

    assert attributes is not None
    assert list(attributes) == [False, True, True, True, True]


async def test_no_session_comes_by_itself_in_tests(postgres: Connection) -> None:
    """It would take locks, and change what a test reads of sessions and statistics."""
    assert await postgres.fetchval("show autovacuum") == "off"


async def test_postgres_sees_its_own_schema_then_public_then_extensions(
    postgres: Connection,
) -> None:
    assert await postgres.fetchval("show search_path") == '"$user", public, extensions'


async def test_the_roles_have_the_attributes_of_a_real_project(postgres: Connection) -> None:
    roles = await postgres.fetch(
        "select rolname, rolcanlogin, rolinherit, rolbypassrls, rolconfig[1]"
        " from pg_roles where rolname = any($1) order by rolname",
        [*API_ROLES, "authenticator"],
    )

    assert [tuple(role) for role in roles] == [
        ("anon", False, True, False, "statement_timeout=3s"),
        ("authenticated", False, True, False, "statement_timeout=8s"),
        ("authenticator", True, False, False, "statement_timeout=8s"),
        ("service_role", False, True, True, None),
    ]


@pytest.mark.parametrize("role", API_ROLES)
async def test_postgres_becomes_an_api_role_and_grants_it(postgres: Connection, role: str) -> None:
    """Own login roles of a service need both, and Postgres 16 asks for ADMIN OPTION."""
    await postgres.execute(f"create role own_login login noinherit; grant {role} to own_login")

    await postgres.execute(f"set local role {role}")

    assert await postgres.fetchval("select current_user") == role


@pytest.mark.parametrize("role", API_ROLES)
async def test_a_new_table_is_closed_to_the_api(postgres: Connection, role: str) -> None:
    """Nothing is granted by default, so a forgotten grant shows here and not after the deploy."""
    await postgres.execute(f"create table public.fresh (id int); set local role {role}")

    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
        await postgres.execute("select from public.fresh")

    assert refused.value.sqlstate == "42501"


async def test_the_auth_functions_read_the_claims(postgres: Connection) -> None:
    claims = {"sub": str(ALICE), "role": "authenticated", "email": "alice@example.com"}
    await postgres.execute("set local role authenticated")
    await postgres.execute("select set_config('request.jwt.claims', $1, true)", json.dumps(claims))

    assert await who(postgres) == [ALICE, "authenticated", "alice@example.com", claims]


@pytest.mark.parametrize("role", API_ROLES)
async def test_without_claims_the_auth_functions_know_nobody(
    postgres: Connection, role: str
) -> None:
    await postgres.execute(f"set local role {role}")

    assert await who(postgres) == [None, None, None, None]


async def test_claims_left_empty_by_an_earlier_transaction_are_nobody(
    postgres: Connection,
) -> None:
    await postgres.execute("select set_config('request.jwt.claims', '', true)")

    assert await who(postgres) == [None, None, None, None]


async def test_claims_in_settings_of_their_own_are_still_read(postgres: Connection) -> None:
    await postgres.execute("select set_config('request.jwt.claim.sub', $1, true)", str(ALICE))

    assert await postgres.fetchval("select auth.uid()") == ALICE


async def test_tables_and_triggers_of_postgres_hang_on_auth_users(postgres: Connection) -> None:
    """A profile per user, the first thing that most projects make."""
    await postgres.execute("""
        create table public.profiles (id uuid primary key references auth.users on delete cascade);
        create function public.welcome() returns trigger language plpgsql as $$
            begin insert into public.profiles values (new.id); return new; end
        $$;
        create trigger welcome after insert on auth.users
            for each row execute function public.welcome();
    """)

    await postgres.execute("insert into auth.users (id) values ($1)", ALICE)

    assert await postgres.fetchval("select id from public.profiles") == ALICE


async def test_auth_users_belongs_to_the_auth_service(postgres: Connection) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await postgres.execute("alter table auth.users add column mine int")


async def test_the_api_roles_cannot_read_auth_users(postgres: Connection) -> None:
    await postgres.execute("set local role service_role")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await postgres.execute("select from auth.users")


async def test_an_email_is_unique_except_for_single_sign_on(postgres: Connection) -> None:
    add = "insert into auth.users (id, email, is_sso_user) values (gen_random_uuid(), 'alice', {})"
    await postgres.execute(add.format("false"))
    await postgres.execute(add.format("true"))

    with pytest.raises(asyncpg.UniqueViolationError):
        await postgres.execute(add.format("false"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no locale that Postgres takes")
async def test_letters_beyond_ascii_have_a_lower_case(postgres: Connection) -> None:
    assert await postgres.fetchval("select lower('ÄÉ')") == "äé"


@pytest.mark.parametrize("role", ["postgres", "supabase_admin", "authenticator"])
async def test_a_wrong_password_is_refused(stand_in: dict[str, str], role: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stand_in["MIGRATIONS_DATABASE_URL"], user=role, password="wrong")  # noqa: S106


async def test_only_loopback_listens(stand_in: dict[str, str], postgres: Connection) -> None:
    port = urlsplit(stand_in["MIGRATIONS_DATABASE_URL"]).port

    # A server that listens everywhere also answers at this other loopback address.
    with pytest.raises(OSError):  # noqa: PT011 - each system refuses in its own words
        socket.create_connection(("127.0.0.2", port or 0), timeout=1)
    assert await postgres.fetchval("show unix_socket_directories") == ""


def test_the_environment_also_stands_in_a_private_file(
    stand_in: dict[str, str], scratch: Path
) -> None:
    file = scratch / "env"

    lines = file.read_text(encoding="utf-8").splitlines()

    assert lines == [f"{name}='{value}'" for name, value in stand_in.items()]
    assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o600


async def who(connection: Connection) -> list[object]:
    """Ask all four functions who is asking."""
    row = await connection.fetchrow("select auth.uid(), auth.role(), auth.email(), auth.jwt()")
    assert row is not None
    uid, role, email, jwt = row
    return [uid, role, email, jwt and json.loads(jwt)]
