"""Work past every policy: asked for by name, with a reason that is logged."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from httpx import AsyncClient
from local.people import ALICE, BOB
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from my_supabase_service.supabase import CurrentUser, service_session, service_transaction

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


@pytest.mark.parametrize("reason", ["", "  "])
async def test_it_needs_a_reason(state: Mapping[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        service_session(reason=reason)
    with pytest.raises(ValueError, match="needs a reason"):
        async with service_transaction(state["database"], reason=reason):
            pass
