"""Work past every policy: asked for by name, with a reason that is logged."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Annotated, Any

import asyncpg
import pytest
from fastapi import Depends, FastAPI
from httpx import AsyncClient
from local.people import ALICE, BOB
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from my_supabase_service.supabase import CurrentUser
from my_supabase_service.supabase.database.service import service_session, service_transaction
from my_supabase_service.supabase.http.errors import Misconfigured

ServiceSession = Annotated[AsyncSession, Depends(service_session(reason="everybody gets milk"))]


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """A service with a route that writes a memo for everybody."""

    @app.post("/milk")
    async def give_milk(_user: CurrentUser, session: ServiceSession) -> str:
        await session.execute(
            text("insert into memos (owner_id, title) select unnest(cast(:ids as uuid[])), 'milk'"),
            {"ids": [ALICE, BOB]},
        )
        return "done"

    return app


async def test_it_sees_and_changes_rows_of_everybody(
    alice: AsyncClient, bob: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    assert (await alice.post("/milk")).status_code == 200

    assert [memo["title"] for memo in (await bob.get("/memos")).json()["items"]] == ["milk"]
    assert "service session: everybody gets milk" in caplog.text


async def test_it_is_saved_before_the_answer_leaves(
    alice: AsyncClient, refuse_memos: Callable[[str], Awaitable[None]]
) -> None:
    """A commit that fails is an error for the client too, without a scope to remember."""
    await refuse_memos("23505")

    assert (await alice.post("/milk")).status_code == 409


async def test_it_is_the_role_of_services_to_triggers_too(state: Mapping[str, Any]) -> None:
    async with service_transaction(state["database"], reason="a test asks who it is") as session:
        who = await session.execute(text("select current_user, auth.role(), auth.uid()"))

    assert who.one() == ("service_role", "service_role", None)


@pytest.mark.parametrize("reason", ["", "  "])
async def test_it_needs_a_reason(state: Mapping[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        service_session(reason=reason)
    with pytest.raises(ValueError, match="needs a reason"):
        async with service_transaction(state["database"], reason=reason):
            pass


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
