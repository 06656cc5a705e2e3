"""What is told of the settings alone, before anybody is asked."""

from __future__ import annotations

import pytest
from tests.rendered.tools.doctor.conftest import Hosts, Look

REF, OTHER = "abcdefghijklmnopqrst", "zyxwvutsrqponmlkjihg"
POOLER = "aws-0-eu-central-1.pooler.supabase.com"
DIRECT = f"db.{REF}.supabase.co"


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(
    ("url", "says", "remedy"),
    [
        (
            f"postgresql://postgres:secret@{POOLER}:6543/postgres",
            "lacks the project",
            f"DATABASE_URL=postgresql://postgres.{REF}:[YOUR-PASSWORD]@{POOLER}:6543/postgres",
        ),
        (
            f"postgresql://postgres.{REF}:secret@{DIRECT}:5432/postgres",
            "is for the shared pooler",
            f"DATABASE_URL=postgresql://postgres:[YOUR-PASSWORD]@{DIRECT}:5432/postgres",
        ),
        (
            f"postgresql://postgres:secret@{REF}.supabase.co:5432/postgres",
            "is where the project's API is",
            f"DATABASE_URL=postgresql://postgres:[YOUR-PASSWORD]@{DIRECT}:5432/postgres",
        ),
    ],
)
async def test_an_address_whose_parts_do_not_go_together_is_mended(
    look: Look, url: str, says: str, remedy: str
) -> None:
    said = await look(
        DATABASE_URL=url,
        SUPABASE_PROJECT_ID=REF,
        DATABASE_POOLING_MODE=None,
        MIGRATIONS_DATABASE_URL=None,
    )

    line = said.alone("address")
    assert says in line.says
    assert line.remedy == remedy
    assert f"  {remedy}\n" in said.report.as_text()
    assert said["login"].says == "not looked at, because of tls"


@pytest.mark.usefixtures("hosts")
async def test_the_project_that_a_user_lacks_is_that_of_the_other_settings(look: Look) -> None:
    said = await look(
        DATABASE_URL=f"postgresql://postgres:secret@{POOLER}:6543/postgres",
        SUPABASE_URL=f"https://{REF}.supabase.co",
        DATABASE_POOLING_MODE=None,
        MIGRATIONS_DATABASE_URL=None,
    )

    assert f"postgres.{REF}:[YOUR-PASSWORD]@" in said["address"].remedy


@pytest.mark.parametrize(
    "changed",
    [
        {"SUPABASE_URL": f"https://{OTHER}.supabase.co"},
        {"SUPABASE_PROJECT_ID": OTHER},
        {"SUPABASE_JWT_ISSUER": f"https://{OTHER}.supabase.co/auth/v1"},
        {"SUPABASE_JWKS_URL": f"https://{OTHER}.supabase.co/auth/v1/.well-known/jwks.json"},
        {"MIGRATIONS_DATABASE_URL": f"postgresql://postgres:x@db.{OTHER}.supabase.co/postgres"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_settings_of_two_projects_are_named(
    look: Look, hosts: Hosts, changed: dict[str, str]
) -> None:
    del hosts
    url = f"postgresql://postgres:secret@{DIRECT}:5432/postgres"

    said = await look(**{"DATABASE_URL": url, "DATABASE_POOLING_MODE": None, **changed})

    [name] = changed
    assert said["project"].level == "FAIL"
    assert f"{name} of {OTHER}" in said["project"].says
    assert f"DATABASE_URL of {REF}" in said["project"].says


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(
    ("url", "mended"),
    [
        (f"https://{REF}.supabase.co/rest/v1", f"https://{REF}.supabase.co"),
        (f"https://supabase.com/dashboard/project/{REF}", f"https://{REF}.supabase.co"),
    ],
)
async def test_an_address_of_something_else_of_the_project_is_mended(
    look: Look, url: str, mended: str
) -> None:
    said = await look(SUPABASE_URL=url)

    assert said["project"].level == "FAIL"
    assert said["project"].remedy == f"SUPABASE_URL={mended}"


@pytest.mark.usefixtures("hosts")
async def test_a_region_beside_the_pooler_s_is_told(look: Look) -> None:
    url = f"postgresql://postgres.{REF}:secret@{POOLER}:6543/postgres"

    said = await look(DATABASE_URL=url, SUPABASE_REGION="us-east-2", DATABASE_POOLING_MODE=None)

    assert said["address"].level == "warn"
    assert said["address"].remedy == "SUPABASE_REGION=eu-central-1"
