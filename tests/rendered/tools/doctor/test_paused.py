"""Projects that sleep, that are not there, or that nobody names: as a login meets them."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url
from tests.rendered.bench.pooled import REF
from tests.rendered.bench.supavisor import Supavisor
from tests.rendered.tools.doctor.api import answering
from tests.rendered.tools.doctor.conftest import Look
from tests.rendered.tools.doctor.through import OTHERS, POOLER, through

OF_OUTAGE = ("EAUTHQUERY outage", "credentials", "econnrefused")


@pytest.mark.parametrize("refusal", OF_OUTAGE)
async def test_a_pooler_without_its_database_tells_a_project_that_is_paused(
    look: Look, pooler: Supavisor, refusal: str
) -> None:
    """The pooler does not know why; the project's own address does."""
    pooler.refuse = refusal
    async with answering(540) as url:
        said = await look(**through(pooler), SUPABASE_URL=url)

    assert said["login"].says == f"the project at {POOLER} is paused"
    assert said["login"].remedy == "resume it; Dashboard: the project's page"


async def test_poolers_that_have_forgotten_a_paused_project_tell_it_too(
    look: Look, pooler: Supavisor
) -> None:
    pooler.refuse = "ENOTFOUND"
    async with answering(540) as url:
        said = await look(**through(pooler), SUPABASE_URL=url)

    assert said["login"].says == f"the project at {POOLER} is paused"


async def test_a_project_that_neither_a_pooler_nor_a_name_server_knows_is_not_there(
    look: Look, pooler: Supavisor
) -> None:
    pooler.refuse = "ENOTFOUND"

    said = await look(**through(pooler), SUPABASE_URL=f"https://{REF}.supabase.co")

    assert said["login"].says.startswith(
        f"no pooler of the region knows the project {REF}, and {REF}.supabase.co is no host"
    )
    assert "correct the project id" in said["login"].remedy


async def test_a_pooler_of_one_s_own_that_knows_no_such_project_is_told(
    look: Look, pooler: Supavisor
) -> None:
    url = make_url(pooler.url).set(username="postgres.elsewhere")

    said = await look(DATABASE_URL=url.render_as_string(hide_password=False), **OTHERS)

    assert said.alone("login").says == "the pooler at 127.0.0.1 does not know postgres.elsewhere"


async def test_a_user_without_the_project_is_told_by_the_pooler_itself(
    look: Look, pooler: Supavisor
) -> None:
    """On a host of one's own, where the address alone does not tell."""
    url = make_url(pooler.url).set(username="postgres")

    said = await look(DATABASE_URL=url.render_as_string(hide_password=False), **OTHERS)

    assert said.alone("login").says == "the user lacks the project"
    assert said["login"].remedy == "a shared pooler wants <role>.<project ref>"
    assert pooler.logins == 1
