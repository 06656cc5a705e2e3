"""API keys that are swapped, old or of another project, and the bucket."""

from __future__ import annotations

import time
from typing import Any, TypeAlias

import asyncpg
import jwt
import pytest
from tests.rendered.tools.doctor.api import answering
from tests.rendered.tools.doctor.conftest import Look

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

REF, OTHER = "abcdefghijklmnopqrst", "zyxwvutsrqponmlkjihg"
SECRET = "a secret of more than thirty-two bytes"  # noqa: S105  # of no project


def legacy(role: str, *, secret: str = SECRET, **claims: Any) -> str:
    usual = {"iss": "supabase", "ref": REF, "role": role, "exp": int(time.time()) + 3600}
    return jwt.encode({**usual, **claims}, secret, "HS256")


PUBLISHABLE, HIDDEN = "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(
    ("changed", "says", "remedy"),
    [
        ({HIDDEN: legacy("anon")}, "is a key of anon, not the secret key", f"{HIDDEN}=sb_secret_"),
        ({PUBLISHABLE: legacy("authenticated")}, "not the publishable key", "sb_publishable_"),
        ({HIDDEN: legacy("service_role", ref=OTHER)}, f"is of the project {OTHER}", f"from {REF}"),
        ({PUBLISHABLE: legacy("anon", ref=OTHER)}, f"is of the project {OTHER}", f"from {REF}"),
        ({PUBLISHABLE: legacy("anon", exp=1)}, "has expired", "take a new one"),
        ({PUBLISHABLE: "no-key-at-all"}, "is no publishable key", "begins with sb_publishable_"),
        (
            {PUBLISHABLE: legacy("anon"), "SUPABASE_JWT_SECRET": "another one " * 4},
            "SUPABASE_JWT_SECRET has not signed",
            "JWT Keys",
        ),
    ],
)
async def test_a_key_that_is_not_what_its_setting_says_is_told(
    look: Look, changed: dict[str, str], says: str, remedy: str
) -> None:
    said = await look(SUPABASE_PROJECT_ID=REF, DATABASE_POOLING_MODE=None, **changed)

    lines = [each.line for each in said.report.results if each.check == "api keys"]
    assert [line for line in lines if line.level == "FAIL" and says in line.says]
    assert any(remedy in f"{line.says} {line.remedy}" for line in lines)
    assert not any(key in said.report.as_json() for key in changed.values())


async def test_keys_of_the_older_kind_are_a_warning(look: Look, stand_in: dict[str, str]) -> None:
    """They are taken, and will not be for ever."""
    keys = {PUBLISHABLE: legacy("anon"), HIDDEN: legacy("service_role")}
    where = f"{stand_in['SUPABASE_URL']}/auth/v1/.well-known/jwks.json"
    async with answering(200, "{}") as url:
        said = await look(SUPABASE_URL=url, SUPABASE_JWKS_URL=where, SUPABASE_PROJECT_ID="", **keys)

    lines = [each.line for each in said.report.results if each.check == "api keys"]
    assert [(line.level, line.says) for line in lines] == [
        ("warn", f"{name} is of the older kind, which ends with 2026") for name in keys
    ]
    assert [line.remedy.partition("=")[0] for line in lines] == [*keys]
    assert said.lines("FAIL") == []


@pytest.mark.parametrize("name", [PUBLISHABLE, HIDDEN])
async def test_a_key_that_the_gateway_refuses_is_of_another_project(look: Look, name: str) -> None:
    begins = "sb_publishable_" if name == PUBLISHABLE else "sb_secret_"

    said = await look(**{name: f"{begins}of_another_project"})

    line = said.alone("api keys")
    assert line.says.startswith(f"the project does not take {name}: it is of another project")


async def test_without_a_secret_key_all_is_well(look: Look) -> None:
    said = await look(SUPABASE_SECRET_KEY=None)

    assert said.lines("FAIL") == []


async def test_a_bucket_that_is_missing_is_told(look: Look) -> None:
    said = await look(STORAGE_BUCKET="elsewhere")

    assert said.alone("bucket").says == "there is no bucket elsewhere"
    assert "run `migrate`" in said["bucket"].remedy


async def test_a_bucket_that_is_public_is_told_with_the_sql(look: Look, sql: Sql) -> None:
    await sql.execute("update storage.buckets set public = true where id = 'files'")

    said = await look()

    line = said.alone("bucket")
    assert line.says == "the bucket files is public: everybody may read every file in it"
    await sql.execute(line.remedy.partition("  (")[0])
    assert (await look()).lines("FAIL") == []


async def test_a_bucket_that_takes_less_than_the_setting_says_is_a_warning(
    look: Look, sql: Sql
) -> None:
    await sql.execute("update storage.buckets set file_size_limit = 1000 where id = 'files'")

    said = await look()

    assert said.alone("bucket", "warn").remedy == "STORAGE_MAX_FILE_BYTES=1000"


async def test_an_api_without_storage_is_told(look: Look) -> None:
    async with answering(404, "{}") as url:
        said = await look(SUPABASE_URL=url, SUPABASE_JWKS_URL=None)

    assert f"there is no Storage at {url}" in said["api keys"].says


async def test_a_storage_that_does_not_answer_is_told(
    look: Look, stand_in: dict[str, str], closed_port: int
) -> None:
    where = f"{stand_in['SUPABASE_URL']}/auth/v1/.well-known/jwks.json"

    said = await look(SUPABASE_URL=f"http://127.0.0.1:{closed_port}", SUPABASE_JWKS_URL=where)

    assert said.alone("api keys").says.endswith("(ConnectError)")
