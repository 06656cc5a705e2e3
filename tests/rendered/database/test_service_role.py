"""As whom a service session acts: the role of services, which the login must be a member of."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from sqlalchemy import text

from my_supabase_service.supabase import service_transaction
from my_supabase_service.supabase.http.errors import Misconfigured


async def test_it_is_the_role_of_services_to_triggers_too(state: Mapping[str, Any]) -> None:
    async with service_transaction(state["database"], reason="a test asks who it is") as session:
        who = await session.execute(text("select current_user, auth.role(), auth.uid()"))

    assert who.one() == ("service_role", "service_role", None)


@pytest.fixture
async def _no_membership(sql: asyncpg.Connection[asyncpg.Record]) -> AsyncGenerator[None]:
    """The login acts for nobody: what somebody gets who revokes more than they know."""
    roles = "authenticated, service_role"
    await sql.execute(f"revoke {roles} from service_login")
    yield
    await sql.execute(f"grant {roles} to service_login")


@pytest.mark.usefixtures("_no_membership")
async def test_a_login_that_may_not_act_for_others_is_told_to_its_operators(
    alice: AsyncClient, state: Mapping[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    answer = await alice.get("/memos")
    with pytest.raises(Misconfigured, match="cannot log in"):
        async with service_transaction(state["database"], reason="a test that is refused"):
            pass

    assert answer.status_code == 503
    assert "service_login" not in answer.text
    for role in ("authenticated", "service_role"):
        assert f'permission denied to set role "{role}": the login may not' in caplog.text
