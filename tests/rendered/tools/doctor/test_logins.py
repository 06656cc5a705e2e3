"""Logins that a pooler or a database refuses, and why."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.pooled import REF
from tests.rendered.bench.refusals import REFUSALS
from tests.rendered.bench.supavisor import Supavisor, supavisor
from tests.rendered.tools.doctor.conftest import Hosts, Look
from tests.rendered.tools.doctor.through import OTHERS, POOLER, through


async def test_through_the_pooler_all_is_well(look: Look, pooler: Supavisor) -> None:
    said = await look(**through(pooler))

    assert said.lines("FAIL") == []
    assert pooler.logins <= 2


EXPLAINED = {
    "EAUTHQUERY": ("the database has no role postgres", "correct the user in DATABASE_URL"),
    "EAUTHQUERY nologin": ("may not log in", "alter role postgres login password"),
    "password": ("the password of postgres.", "Reset database password"),
    "database": ("there is no database", "DATABASE_URL=postgresql://postgres."),
    "ESSLREQUIRED": ("takes encrypted connections only", "drop sslmode=disable"),
    "EADDRNOTALLOWED": ("network restrictions do not allow this address", "Network Restrictions"),
    "ESTARTUPMESSAGE": ("the pooler cannot read the login", "is a part of it empty?"),
    "ECIRCUITBREAKER": ("too many logins from this address failed", "then wait two minutes"),
    "EMAXCONN": ("as many clients as it takes", "lower DATABASE_POOL_SIZE"),
    "EMAXCONNSESSION": ("no session left", "use transaction mode (port 6543)"),
    "EMAXPOOLSREACHED": ("as many pools as it takes", "fewer roles and databases"),
    "EAUTHQUERY outage": ("cannot ask the database who may log in", "paused or restarting?"),
    "credentials": ("cannot read the project's credentials", "outage of the pooler"),
    "econnrefused": ("does not reach the database", "paused or restarting?"),
}


@pytest.mark.parametrize("refusal", [name for name in REFUSALS if not name.startswith("ENO")])
async def test_each_refusal_of_the_pooler_is_explained_after_one_login(
    look: Look, pooler: Supavisor, refusal: str
) -> None:
    pooler.refuse = refusal

    said = await look(**through(pooler))

    says, remedy = EXPLAINED[refusal]
    line = said.alone("login")
    assert says in line.says
    assert remedy in line.remedy
    assert pooler.logins == 1


async def test_a_database_that_there_is_not_is_mended(look: Look, pooler: Supavisor) -> None:
    said = await look(**through(pooler, database="elsewhere"))

    assert said.alone("login").says == "there is no database elsewhere"
    assert said["login"].remedy == (
        f"DATABASE_URL=postgresql://postgres.{REF}:[YOUR-PASSWORD]@{POOLER}:6543"
        "/postgres?sslmode=disable"
    )


@pytest.mark.parametrize(
    ("password", "hint"),
    [
        ("[hunter22]", "[ ], which are not part of it"),
        ("hunter%4122", "write %25 for the %"),
        ("'hunter22'", "in quotes"),
        ("hunter22 ", "white space"),
    ],
)
async def test_a_password_that_looks_unmeant_is_told_and_not_shown(
    look: Look, pooler: Supavisor, password: str, hint: str
) -> None:
    url = str(through(pooler)["DATABASE_URL"])
    before, _, after = url.partition(str(make_url(url).password))

    said = await look(DATABASE_URL=f"{before}{password}{after}", **OTHERS)

    assert hint in said.alone("login").remedy
    assert "hunter" not in said.report.as_text()


async def test_another_pooler_of_the_region_is_found(
    look: Look, pooler: Supavisor, owner_url: str, hosts: Hosts
) -> None:
    pooler.refuse = "ENOTFOUND"
    async with supavisor(owner_url) as stranger, supavisor(owner_url) as right:
        stranger.refuse = "ENOTFOUND"
        hosts["aws-0-eu-central-1.pooler.supabase.com"] = ("127.0.0.1", stranger.port)
        hosts["aws-2-eu-central-1.pooler.supabase.com"] = ("127.0.0.1", right.port)
        said = await look(**through(pooler))

    line = said.alone("login")
    assert line.says == (
        f"{POOLER} does not know the project, aws-2-eu-central-1.pooler.supabase.com does"
    )
    assert line.remedy == (
        f"DATABASE_URL=postgresql://postgres.{REF}:[YOUR-PASSWORD]"
        f"@aws-2-eu-central-1.pooler.supabase.com:6543/{make_url(owner_url).database}"
        "?sslmode=disable"
    )
    assert (pooler.logins, stranger.logins, right.logins) == (1, 1, 1)


async def test_a_wrong_password_at_the_pooler_that_is_found_is_told_too(
    look: Look, owner_url: str, hosts: Hosts
) -> None:
    async with supavisor(owner_url) as unknowing, supavisor(owner_url) as right:
        unknowing.refuse, right.refuse = "ENOTFOUND", "password"
        hosts["aws-1-eu-west-3.pooler.supabase.com"] = ("127.0.0.1", unknowing.port)
        hosts["aws-0-eu-west-3.pooler.supabase.com"] = ("127.0.0.1", right.port)
        url = f"postgresql://postgres.{REF}@aws-1-eu-west-3.pooler.supabase.com:6543/postgres"
        password = {"DATABASE_PASSWORD": "not the right one"}
        said = await look(DATABASE_URL=f"{url}?sslmode=disable", **password, **OTHERS)

    line = said.alone("login")
    assert "does; there, the password of" in line.says
    assert f"DATABASE_URL={url.replace('aws-1', 'aws-0')}?sslmode=disable" in line.remedy
    assert "Reset database password" in line.remedy


async def test_no_pooler_of_the_region_costs_four_logins(
    look: Look, pooler: Supavisor, hosts: Hosts
) -> None:
    pooler.refuse = "ENOTFOUND"
    for number in (0, 2, 3, 4, 5):
        hosts[f"aws-{number}-eu-central-1.pooler.supabase.com"] = ("127.0.0.1", pooler.port)

    said = await look(**through(pooler))

    assert "region or project id is wrong" in said.alone("login").says
    assert "SUPABASE_REGION" in said["login"].remedy
    assert pooler.logins == 4


async def test_an_own_role_that_only_the_pooler_refuses_is_told(
    look: Look, pooler: Supavisor, hosts: Hosts, database_url: str
) -> None:
    direct = make_url(database_url)
    hosts[f"db.{REF}.supabase.co"] = ("127.0.0.1", direct.port or 0)
    pooler.refuse = "password"

    said = await look(
        **through(pooler, username=f"service_login.{REF}", password=str(direct.password))
    )

    line = said.alone("login")
    assert line.says.startswith("the pooler refuses service_login, which the database itself lets")
    assert f"service_login:[YOUR-PASSWORD]@db.{REF}.supabase.co:5432/" in line.remedy


@pytest.mark.parametrize("is_reached", [True, False])
async def test_an_own_role_with_a_wrong_password_is_told_apart_where_it_can_be(
    look: Look,
    pooler: Supavisor,
    hosts: Hosts,
    is_reached: bool,
) -> None:
    database = make_url(pooler.servers.url)
    if is_reached:
        hosts[f"db.{REF}.supabase.co"] = ("127.0.0.1", database.port or 0)
    pooler.refuse = "password"
    login = {"username": f"service_login.{REF}", "password": "wrong"}

    said = await look(**through(pooler, **login))

    says = "of service_login is wrong" if is_reached else "it is one of the own roles"
    assert says in said.alone("login").says
    assert "alter role service_login password" in said["login"].remedy


async def test_a_database_that_is_full_is_told(
    look: Look, database_url: str, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    name = make_url(database_url).database
    await sql.execute(f"alter database {name} connection limit 0")

    said = await look(DATABASE_URL=database_url)

    assert "as many connections as it takes" in said.alone("login").says


async def test_a_full_pooler_is_told(look: Look, database_url: str) -> None:
    async with pgbouncer(database_url, extra={"max_client_conn": 0}) as bouncer:
        said = await look(DATABASE_URL=bouncer.url, DATABASE_POOLING_MODE="transaction")

    assert "as many clients as it takes" in said.alone("login").says
